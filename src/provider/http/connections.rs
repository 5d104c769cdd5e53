//! How many connections all tenants of a run have together: each takes one of the files that the system
//! lets a process have open.

use tokio::sync::{Semaphore, SemaphorePermit};

/// The most requests in flight over all tenants: more hide no latency.
const MOST: usize = 256;

/// The files that are open beside connections.
const OTHER_FILES: usize = 32;

/// The connections of a run.
#[derive(Debug)]
pub struct Connections {
    room: Semaphore,
    most: usize,
    tenants: usize,
}

impl Connections {
    /// Shares the open files of a process, as many as the system allows where it says so, between this
    /// many tenants.
    pub fn new(tenants: usize, files: Option<usize>) -> Self {
        // A tenant that is asked has a connection at work and another one that waits.
        let possible = files.map_or(MOST, |files| files.saturating_sub(OTHER_FILES) / 2);
        let most = MOST.min(possible).max(1);
        Self { room: Semaphore::new(most), most, tenants }
    }

    /// Returns how many requests are in flight at most, and how many tenants are asked at once.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Tells whether there are more tenants than connections, so that none can keep one that waits.
    pub(super) fn are_scarce(&self) -> bool {
        self.tenants > self.most
    }

    /// Returns how many connections of a tenant wait for their next request.
    pub(super) fn idle(&self) -> usize {
        self.most / self.tenants.clamp(1, self.most)
    }

    /// Waits until one more request may be in flight.
    pub(super) async fn room(&self) -> SemaphorePermit<'_> {
        self.room.acquire().await.expect("the semaphore is never closed")
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self::new(1, None)
    }
}

#[cfg(test)]
mod tests {
    use super::Connections;

    #[test]
    fn connections_at_work_and_those_that_wait_fit_into_the_files_of_a_process() {
        for (tenants, files, most, idle) in [
            (1, None, 256, 256),
            (16, None, 256, 16),
            (2_000, None, 256, 1),
            (2_000, Some(1_024), 256, 1),
            (2_000, Some(128), 48, 1),
            (3, Some(128), 48, 16),
            (1, Some(8), 1, 1),
        ] {
            let connections = Connections::new(tenants, files);
            assert_eq!(
                (connections.most(), connections.idle()),
                (most, idle),
                "{tenants} {files:?}"
            );
            let at_once = tenants.min(most);
            assert!(files.is_none_or(|files| files < 64 || most + at_once * idle + 32 <= files));
        }
    }
}
