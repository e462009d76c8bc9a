// SPDX-License-Identifier: Apache-2.0
#include "record/recording.hpp"

#include <fmt/format.h>

#include "core/nearest.hpp"

namespace engram {

std::size_t Recording::index_of(const std::string& part) const {
    const auto names = recorded_parts(context_.network, recorder_);
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == part) return i;
    throw Error(fmt::format("recorder '{}': '{}' (is not recorded). {}", recorder_.name, part,
                            suggestion(part, names)));
}

void Recording::require_memory() const {
    if (to_file_)
        throw Error(
            fmt::format("recorder '{}': what it recorded is in files of '{}' (and not in "
                        "memory). Read the file, or set record_to = \"memory\"",
                        recorder_.name, context_.folder));
}

}  // namespace engram
