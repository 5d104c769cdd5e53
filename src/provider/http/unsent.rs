//! What to do where a request could not be sent: who answers instead of the vendor.

use crate::error::too_few_files;

/// Says what to do where a request could not be sent.
pub(super) fn not_sent(tenant: &str, why: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if let Some(hint) = too_few_files(why) {
        return hint.to_owned();
    }
    if has(&["certificate", "UnknownIssuer"]) {
        return format!(
            "check `endpoint` of tenant {tenant}; behind a proxy or a gateway with an authority of its own, name its certificate with `--ca-file`"
        );
    }
    if has(&["InvalidContentType", "corrupt message", "tls"]) {
        return format!(
            "check `endpoint` of tenant {tenant}: what answers there does not speak TLS (`https://`)"
        );
    }
    if has(&["tunnel", "proxy"]) {
        return format!(
            "check the proxy that HTTPS_PROXY or ALL_PROXY names, and `endpoint` of tenant {tenant}"
        );
    }
    format!(
        "check `endpoint` of tenant {tenant} and that this machine reaches it (proxy, firewall)"
    )
}

#[cfg(test)]
mod tests {
    use super::not_sent;

    #[test]
    fn too_few_open_files_are_named_and_not_taken_for_a_firewall() {
        let hint = not_sent("acme", "tcp open error: Too many open files (os error 24)");
        assert!(hint.contains("ulimit -n"), "{hint}");
        let hint = not_sent("acme", "tcp connect error: Connection refused (os error 111)");
        assert!(hint.contains("firewall"), "{hint}");
    }
}
