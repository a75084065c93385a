//! Detection of network file systems, where the file change counter is not reliable. Unknown types are accepted.

use std::path::Path;

/// `f_type` of NFS, SMB 1 and CIFS, SMB 2 and 3, AFS, Ceph, Coda: linux/magic.h and fs/smb/client/cifs_fs_sb.h.
#[cfg(target_os = "linux")]
const NETWORK: [u32; 7] = [
    0x0000_6969,
    0x0000_517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x5346_414f,
    0x00c3_6400,
    0x7375_7245,
];

/// Returns whether the directory is on a network file system.
#[cfg(target_os = "linux")]
pub(crate) fn is_network_fs(directory: &Path) -> bool {
    rustix::fs::statfs(directory).is_ok_and(|found| is_network(found.f_type as u32))
}

/// Detects nothing on other systems.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_network_fs(_directory: &Path) -> bool {
    false
}

#[cfg(target_os = "linux")]
fn is_network(fs_type: u32) -> bool {
    NETWORK.contains(&fs_type)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::is_network;

    #[test]
    fn nfs_and_smb_are_detected_and_local_file_systems_are_not() {
        for network in [0x6969, 0xff53_4d42, 0xfe53_4d42] {
            assert!(is_network(network), "{network:x}");
        }
        // ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS.
        for local in [
            0xef53,
            0x5846_5342,
            0x9123_683e,
            0x0102_1994,
            0x794c_7630,
            0x2fc1_2fc1,
        ] {
            assert!(!is_network(local), "{local:x}");
        }
        assert!(
            !super::is_network_fs(&std::env::temp_dir()),
            "tests run on a local file system"
        );
    }
}
