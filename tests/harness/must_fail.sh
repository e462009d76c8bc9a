#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# must_fail.sh TEXT COMMAND ...: passes when the command fails by itself (not by the time limit) and says TEXT.
text=$1
shift
output=$("$@" 2>&1)
status=$?
echo "$output"
case $status in
    0) echo "must_fail: the command passed"; exit 1 ;;
    124 | 137) echo "must_fail: the command was ended by the time limit"; exit 1 ;;
esac
if ! grep --quiet --fixed-strings -- "$text" <<<"$output"; then
    echo "must_fail: the command does not say: $text"
    exit 1
fi
