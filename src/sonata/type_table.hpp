// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sonata/config_file.hpp"

namespace engram::sonata {

/// A node or edge type: one line of a table.
struct TypeRow {
    std::uint64_t id = 0;
    std::string population;  ///< "" where the table has no such column
    int line = 0;
    std::map<std::string, std::string> values;  ///< by column; without those that are NULL

    [[nodiscard]] std::optional<std::string> value(const std::string& column) const {
        const auto at = values.find(column);
        return at == values.end() ? std::nullopt : std::optional(at->second);
    }
};

/// A table of node or edge types (CSV): fields are separated by spaces, and may be quoted; the
/// first line names the columns.
class TypeTable {
public:
    /// `id_column`: node_type_id or edge_type_id. Notes what is wrong, with its line.
    TypeTable(std::string path, const std::string& id_column, Findings& findings);

    [[nodiscard]] const std::string& path() const { return path_; }
    /// The types of a population, in the order of the table.
    [[nodiscard]] std::vector<const TypeRow*> types(const std::string& population) const;
    /// `file:line`, for messages.
    [[nodiscard]] std::string place(const TypeRow& row) const {
        return path_ + ":" + std::to_string(row.line);
    }

private:
    void read(const std::string& id_column, Findings& findings);
    void add(const std::vector<std::string>& columns, const std::vector<std::string>& fields,
             int line, const std::string& id_column, Findings& findings);

    std::string path_;
    std::vector<TypeRow> rows_;
};

/// A number that a field of a table holds; nothing where it is none.
std::optional<double> to_number(const std::string& text);

}  // namespace engram::sonata
