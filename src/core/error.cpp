// SPDX-License-Identifier: Apache-2.0
#include "engram/error.hpp"

namespace engram {

void Problems::throw_if_any(const std::string& title) const {
    if (list_.empty()) return;
    std::string text = title + ": " + std::to_string(list_.size()) +
                       (list_.size() == 1 ? " problem" : " problems");
    for (const auto& problem : list_) text += "\n  " + problem;
    throw Error(text);
}

}  // namespace engram
