// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engram/description.hpp"

namespace engram {

/// A part of the description, as `population 'E'`, and where its problems are noted.
class Place {
public:
    Place(std::vector<Problem>& problems, std::string name, int line)
        : problems_(&problems), name_(std::move(name)), line_(line) {}

    /// Notes `name: text`, at the part's own line where that of the wrong value is not known (0).
    void problem(const std::string& text, int line = 0) const {
        problems_->push_back({name_ + ": " + text, line > 0 ? line : line_});
    }
    /// A part of this part.
    [[nodiscard]] Place part(const std::string& name, int line) const {
        return {*problems_, name_ + ": " + name, line > 0 ? line : line_};
    }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::vector<Problem>* problems_;
    std::string name_;
    int line_;
};

}  // namespace engram
