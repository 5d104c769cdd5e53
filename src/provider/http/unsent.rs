//! What to do where a request could not be sent: who answers instead of the vendor.

/// Says what to do where a request could not be sent.
pub(super) fn not_sent(tenant: &str, why: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
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
