// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace engram {

/// A failure that the user can act on. The text reads `problem (why). remedy`; several problems
/// stand on lines of their own. Thrown alike on all ranks by every collective function of Engram.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// Collects the problems of a description, so that the user sees all of them at once.
class Problems {
public:
    void add(std::string problem) { list_.push_back(std::move(problem)); }
    [[nodiscard]] bool empty() const { return list_.empty(); }
    [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

    /// Throws one Error that holds every problem, headed by `title`; returns when there is none.
    void throw_if_any(const std::string& title) const;

private:
    std::vector<std::string> list_;
};

}  // namespace engram
