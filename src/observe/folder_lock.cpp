// SPDX-License-Identifier: Apache-2.0
#include "observe/folder_lock.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/collectives.hpp"

namespace engram::observe {
namespace {

/// Whether the path still names this file: a run that ended may have removed it meanwhile.
bool is_at(int file, const std::string& path) {
    struct stat one {
    }, other{};
    return ::fstat(file, &one) == 0 && ::stat(path.c_str(), &other) == 0 &&
           one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

}  // namespace

FolderLock::FolderLock(const Communicator& comm, const std::string& folder) {
    if (folder.empty()) return;
    parallel::collectively(comm, [&] {
        if (comm.rank() != 0) return;
        std::error_code failed;
        std::filesystem::create_directories(folder, failed);
        path_ = folder + "/.running";
        do {
            if (file_ >= 0) ::close(file_);
            file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
            if (file_ < 0)
                throw Error(fmt::format(
                    "output folder '{}' cannot be written ({}). Choose another with --output",
                    folder, failed ? failed.message() : std::strerror(errno)));
            if (::flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
                ::close(std::exchange(file_, -1));
                break;
            }
            if (is_at(file_, path_)) return;
        } while (true);
        throw Error(
            fmt::format("output folder '{}' (another run writes there). Choose another with "
                        "--output, or wait for that run",
                        folder));
    });
}

FolderLock::~FolderLock() {
    if (file_ < 0) return;
    ::unlink(path_.c_str());
    ::close(file_);
}

}  // namespace engram::observe
