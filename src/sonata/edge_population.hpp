// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hdf5/foreign_file.hpp"

namespace engram::sonata {

/// What a file says of one edge.
struct EdgeRow {
    std::uint64_t source = 0, target = 0;  ///< node ids
    std::uint64_t type = 0;
    double weight = 0.0, delay = 0.0;  ///< where `has_weight` and `has_delay`
    double synapses = 1.0;             ///< nsyns: the weight counts so often
    bool has_weight = false, has_delay = false;
};

/// `/edges/<population>` of a file that is open on this rank. All functions are local and may
/// throw: call them inside parallel::collectively.
class EdgePopulation {
public:
    EdgePopulation(const hdf5::ForeignFile& file, std::string population);

    /// What is wrong with the structure, each with the name of the file; nothing else may be called
    /// when there is any.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] const std::string& target() const { return target_; }

    /// Edges [begin, begin + count), in the order of the file.
    [[nodiscard]] std::vector<EdgeRow> read(std::uint64_t begin, std::uint64_t count) const;

private:
    [[nodiscard]] std::string path(const std::string& name) const { return group_ + "/" + name; }
    void problem(const std::string& text);
    void check_columns();
    void check_groups();
    std::string node_population(const std::string& column);
    void read_group(const std::string& group, const std::vector<std::uint64_t>& rows,
                    const std::vector<std::uint64_t>& index, std::vector<EdgeRow>& edges) const;

    const hdf5::ForeignFile& file_;
    std::string group_;
    std::string source_, target_;
    std::uint64_t size_ = 0;
    std::vector<std::string> problems_;
};

}  // namespace engram::sonata
