#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Tries the two commands of Engram, cluster/demo.sh and tests/run.sh, on a fresh Debian 12 system: a
# debootstrap root, entered by chroot, with a clean clone in it. Needs root, debootstrap and git.
#   --root FOLDER   where the root is made (default: engram-clean-root in the folder for temporary files)
#   --keep          leave the root there afterwards
#   --reuse         go on with the root that is there, and leave it there
#   --working-tree  take the files as they are here, not the last commit
#   --user          as an ordinary user with sudo, not as root
#   -- COMMAND ...  run this in the clone instead of the two commands
set -euo pipefail
cd "$(dirname "$0")/.."

root=${TMPDIR:-/tmp}/engram-clean-root reuse=no keep=no working_tree=no user=root commands=()
while [ $# -gt 0 ]; do
    case $1 in
        --root) root=$2; shift ;;
        --reuse) reuse=yes ;;
        --keep) keep=yes ;;
        --working-tree) working_tree=yes ;;
        --user) user=engram ;;
        --) shift; commands=("$(printf '%q ' "$@")"); break ;;
        *) sed -n '3,11s/^# //p' "$0" >&2; exit 2 ;;
    esac
    shift
done
[ ${#commands[@]} -gt 0 ] || commands=(cluster/demo.sh tests/run.sh)

for tool in debootstrap git unshare; do
    if [ "$(id -u)" -ne 0 ] || ! command -v "$tool" >/dev/null; then
        echo "cannot make a clean root ($tool and root rights are needed). Install $tool and run as root" >&2
        exit 1
    fi
done

# How this machine reaches its package archive; a root of its own must reach it the same way.
make_root() {
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
             awk '$2 == "bookworm" {print $1; exit}')
    debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "${mirror%/}"
    cp -a /etc/apt/{auth.conf.d,keyrings,trusted.gpg.d} "$root/etc/apt/" 2>/dev/null || true
    cp -a /usr/share/keyrings/. "$root/usr/share/keyrings/"
    cp -a /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
    rm -f "$root/etc/apt/sources.list"
    cp -a /etc/apt/sources.list "$root/etc/apt/" 2>/dev/null || true
    cp -a /etc/apt/sources.list.d "$root/etc/apt/"
    apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90-as-outside"
    rm -rf "$root"/var/lib/apt/lists/*  # as on a machine where apt-get update was never run
    chroot "$root" update-ca-certificates >/dev/null 2>&1
}

mark=$root/.engram-clean-root
if [ -e "$root" ] && [ ! -e "$mark" ]; then
    echo "will not touch $root (this script did not make it). Name another folder with --root" >&2
    exit 1
fi
if [ "$reuse" = no ] || [ ! -e "$mark" ]; then
    rm -rf "$root"
    mkdir -p "$root"
    touch "$mark"
    make_root
fi
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
if ! chroot "$root" id "$user" >/dev/null 2>&1; then
    chroot "$root" sh -c "apt-get -qq update && apt-get -qq install sudo >/dev/null &&
        useradd --create-home $user && echo '$user ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/$user"
fi
clone=$root/srv/engram
rm -rf "$clone"
git clone --quiet --no-hardlinks . "$clone"
if [ "$working_tree" = yes ]; then
    git ls-files --cached --others --exclude-standard -z |
        xargs -0 cp --parents --no-dereference --preserve=mode --target-directory="$clone"
fi
chroot "$root" chown -R "$user" /srv/engram

# Mounts and processes of the chroot end with their namespaces.
status=0
for command in "${commands[@]}"; do
    SECONDS=0
    unshare --mount --pid --fork --kill-child bash -euc '
        mount -t proc proc "$1/proc"
        mount --rbind /sys "$1/sys"
        mount --rbind /dev "$1/dev"
        exec chroot "$1" env -i HOME=/tmp PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
            setpriv --reuid="$2" --regid="$2" --init-groups bash -c "cd /srv/engram && $3"
    ' - "$root" "$user" "$command" || status=$?
    echo "clean machine: $command: exit status $status after $SECONDS s"
    [ $status = 0 ] || break
done
[ "$keep" = yes ] || [ "$reuse" = yes ] || rm -rf "$root"
exit $status
