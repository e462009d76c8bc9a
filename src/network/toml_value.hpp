// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "network/place.hpp"

namespace engram {

/// The sections of a network file.
const std::vector<std::string>& section_names();

/// One `key = value` of a table.
struct TomlEntry {
    std::string key;
    const toml::node* node;
    int line;  ///< 0 for what comes from the command line
};

/// The entries of a table as they stand in the file; toml++ keeps them by name.
std::vector<TomlEntry> in_file_order(const toml::table& table);

/// What a parameter is set to; nothing, and a problem noted, where it is none of the forms of a
/// Value.
std::optional<Value> read_value(const TomlEntry& entry, const Place& place);

/// Files are named relative to the network file: makes the name, or the names, that a parameter
/// holds independent of the folder a program runs in.
void place_beside(const std::filesystem::path& folder, Parameters& parameters,
                  const std::string& key);

/// A table while it is read: typed access by key, with a problem noted where the type is another.
class TomlTable {
public:
    TomlTable(const toml::table& table, Place place)
        : entries_(in_file_order(table)), place_(std::move(place)) {}

    [[nodiscard]] const Place& place() const { return place_; }
    [[nodiscard]] const TomlEntry* find(std::string_view key) const;
    /// `otherwise` when there is none, or a wrong one; `example` shows how to write it.
    [[nodiscard]] std::string text(std::string_view key, const std::string& otherwise = "",
                                   std::string_view example = "name") const;
    /// One text or several.
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] double number(std::string_view key, double otherwise) const;
    /// A whole number from 0 on; `otherwise` also stands in for a wrong one.
    [[nodiscard]] std::uint64_t count(std::string_view key, std::uint64_t otherwise) const;
    /// All entries but those of the keys that have a meaning of their own.
    [[nodiscard]] Parameters parameters(const std::vector<std::string>& reserved) const;
    /// Notes every key that is not among these.
    void allow_only(const std::vector<std::string>& known) const;

private:
    std::vector<TomlEntry> entries_;
    Place place_;
};

}  // namespace engram
