#!/usr/bin/env bash
# Boots the bare system in ROOT: systemd as process 1 of namespaces of its own, in the network of
# the caller. Usage: boot.sh ROOT, as root, started by unshare with --mount --pid --fork --cgroup
# --uts --ipc. pivot_root and not chroot: in a chroot the unit could have no user namespace.
set -euo pipefail

root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
for place in run tmp; do
    mount -t tmpfs tmpfs $place
done
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
for device in null zero full random urandom tty; do
    touch dev/$device
    mount --bind /dev/$device dev/$device
done
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
if [[ -d /sys/fs/cgroup/systemd ]]; then
    mount -t tmpfs tmpfs sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
else
    mount -t cgroup2 cgroup2 sys/fs/cgroup
fi
mkdir -p mnt/outside
pivot_root . mnt/outside
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    bash -c 'umount -l /mnt/outside && rmdir /mnt/outside &&
        exec /lib/systemd/systemd --show-status=no'
