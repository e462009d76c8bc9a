// SPDX-License-Identifier: Apache-2.0
#include "sonata/type_table.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

namespace engram::sonata {
namespace {

/// Fields of a line; a quote within a quoted field stands twice.
std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    for (std::size_t i = 0; i < line.size();) {
        if (blank(line[i])) {
            ++i;
            continue;
        }
        std::string field;
        if (line[i] == '"') {
            for (++i; i < line.size(); ++i) {
                if (line[i] == '"' && (i + 1 >= line.size() || line[i + 1] != '"')) break;
                if (line[i] == '"') ++i;
                field += line[i];
            }
            ++i;
        } else {
            while (i < line.size() && !blank(line[i])) field += line[i++];
        }
        fields.push_back(std::move(field));
    }
    return fields;
}

}  // namespace

std::optional<double> to_number(const std::string& text) {
    double number = 0.0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || at != end) return std::nullopt;
    return number;
}

TypeTable::TypeTable(std::string path, const std::string& id_column, Findings& findings)
    : path_(std::move(path)) {
    if (!path_.empty()) read(id_column, findings);
}

void TypeTable::read(const std::string& id_column, Findings& findings) {
    std::ifstream in(path_);
    if (!in)
        return findings.problem(path_,
                                "cannot be read (there is no such file, or no right to read "
                                "it). Check the name and the folder");
    std::vector<std::string> columns;
    std::string text;
    for (int line = 1; std::getline(in, text); ++line) {
        const auto fields = split(text);
        if (fields.empty()) continue;
        if (!columns.empty()) {
            add(columns, fields, line, id_column, findings);
            continue;
        }
        columns = fields;
        if (std::find(columns.begin(), columns.end(), id_column) == columns.end())
            return findings.problem(
                path_, fmt::format("column '{}' is missing. The first line names the columns, "
                                   "separated by spaces",
                                   id_column));
    }
    if (columns.empty())
        findings.problem(path_, fmt::format("is empty. Its first line names the columns, {} among "
                                            "them",
                                            id_column));
}

void TypeTable::add(const std::vector<std::string>& columns, const std::vector<std::string>& fields,
                    int line, const std::string& id_column, Findings& findings) {
    const std::string place = fmt::format("{}:{}", path_, line);
    if (fields.size() != columns.size())
        return findings.problem(place, fmt::format("{} values (the first line names {} columns). "
                                                   "Quote values that hold spaces",
                                                   fields.size(), columns.size()));
    TypeRow row;
    row.line = line;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (fields[i] != "NULL" && !fields[i].empty()) row.values[columns[i]] = fields[i];
    const std::string id = row.value(id_column).value_or("NULL");
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), row.id);
    if (error != std::errc{} || end != id.data() + id.size())
        return findings.problem(
            place, fmt::format("{} = {} (must be a whole number from 0 on)", id_column, id));
    row.population = row.value("population").value_or("");
    const auto same = [&](const TypeRow& other) {
        return other.id == row.id && other.population == row.population;
    };
    if (std::any_of(rows_.begin(), rows_.end(), same))
        findings.problem(place, fmt::format("{} = {} stands twice. Remove one", id_column, id));
    rows_.push_back(std::move(row));
}

std::vector<const TypeRow*> TypeTable::types(const std::string& population) const {
    std::vector<const TypeRow*> result;
    for (const auto& row : rows_)
        if (row.population.empty() || row.population == population) result.push_back(&row);
    return result;
}

}  // namespace engram::sonata
