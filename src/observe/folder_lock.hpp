// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/communicator.hpp"

namespace engram::observe {

/// Keeps an output folder for one run at a time: two would write over each other's files. Held by
/// rank 0 through the operating system, so that it ends with the process, however that ends.
class FolderLock {
public:
    /// Collective. Throws when another run holds it. `folder`: "" for no lock. On file systems
    /// without locks there is none.
    FolderLock(const Communicator& comm, const std::string& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int file_ = -1;
    std::string path_;
};

}  // namespace engram::observe
