// SPDX-License-Identifier: Apache-2.0
#include "network/toml_overrides.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "engram/error.hpp"

#include "core/nearest.hpp"
#include "network/toml_value.hpp"

namespace engram {
namespace {

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> keys;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        keys.emplace_back(path.substr(0, dot));
        path.remove_prefix(dot + 1);
    }
    keys.emplace_back(path);
    return keys;
}

/// A name, a path, or a time as `1.5h`.
bool is_word(std::string_view text) {
    const auto letter = [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-./").find(static_cast<char>(c)) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), letter);
}

/// A document of one entry, `value`.
toml::table parse_value(const std::string& text) {
    try {
        toml::table parsed = toml::parse("value = " + text);
        if (parsed.size() == 1) return parsed;
    } catch (const toml::parse_error&) {
        if (is_word(text)) return toml::table{{"value", text}};
    }
    throw Error(fmt::format(
        "'{}' is no TOML value. Write a number, true, false, a \"text\" or an [array]", text));
}

toml::table& table_in(toml::table& table, const std::string& key, const std::string& of) {
    if (auto* inner = table[key].as_table()) return *inner;
    if (table.contains(key))
        throw Error(fmt::format("'{}' in {} is one value. Set it as a whole", key, of));
    std::vector<std::string> known;
    for (const auto& entry : in_file_order(table))
        if (entry.node->is_table()) known.push_back(entry.key);
    throw Error(fmt::format("there is no '{}' in {}. {}", key, of, suggestion(key, known)));
}

/// The i-th projection for a path that starts with `projections[i]`, else the one that has the
/// name.
toml::table& projection(toml::table& file, const std::vector<std::string>& path,
                        std::size_t& next) {
    auto* all = file["projections"].as_array();
    if (!all) throw Error("the file has no [[projections]]");
    const std::string_view first = path.front();
    if (first.back() == ']') {
        std::size_t index = all->size();
        const std::string_view digits = first.substr(12, first.size() - 13);
        std::from_chars(digits.data(), digits.data() + digits.size(), index);
        next = 1;
        if (index < all->size() && (*all)[index].is_table()) return *(*all)[index].as_table();
        throw Error(
            fmt::format("there is no {} (the file has {}, counted from 0)", first, all->size()));
    }
    next = 2;
    std::vector<std::string> known;
    for (auto& node : *all) {
        const auto name =
            node.is_table() ? (*node.as_table())["name"].value_exact<std::string>() : std::nullopt;
        if (!name) continue;
        if (*name == path.at(1)) return *node.as_table();
        known.push_back(*name);
    }
    throw Error(fmt::format(
        "there is no projection with name = '{}'. {}. Or count them from 0: projections[0]",
        path.at(1), suggestion(path.at(1), known)));
}

/// The table of the part (section, population, ...) that the path starts with.
toml::table& part(toml::table& file, const std::vector<std::string>& path, std::size_t& next) {
    const auto& sections = section_names();
    const std::string& section = path.front();
    const bool has_parts =
        section != "simulation" && section != "checkpoints" && section != "guard";
    if (section.starts_with("projections[") && section.back() == ']')
        return projection(file, path, next);
    if (std::find(sections.begin(), sections.end(), section) == sections.end())
        throw Error(
            fmt::format("unknown section '{}'. {}", section, suggestion(section, sections)));
    next = has_parts ? 2 : 1;
    if (path.size() <= next)
        throw Error("the path is too short. Write it as populations.E.size=4000");
    if (section == "projections") return projection(file, path, next);
    if (has_parts) {
        if (!file[section].is_table()) throw Error(fmt::format("the file has no [{}]", section));
        return table_in(*file[section].as_table(), path[1], section);
    }
    if (!file.contains(section)) file.insert(section, toml::table{});
    return table_in(file, section, "the file");
}

void apply(toml::table& file, const std::string& override_text) {
    const std::size_t equals = override_text.find('=');
    if (equals == std::string::npos)
        throw Error("there is no '='. Write it as populations.E.size=4000");
    const std::vector<std::string> path =
        split_path(std::string_view(override_text).substr(0, equals));
    if (std::any_of(path.begin(), path.end(), [](const auto& key) { return key.empty(); }))
        throw Error("a name in the path is empty. Write it as populations.E.size=4000");
    const toml::table value = parse_value(override_text.substr(equals + 1));
    std::size_t next = 0;
    toml::table* table = &part(file, path, next);
    if (path.size() <= next)
        throw Error("the path is too short. Write it as projections[0].weight=2");
    for (; next + 1 < path.size(); ++next) table = &table_in(*table, path[next], path[next - 1]);
    // Copied nodes have no line, so that messages do not point into the file.
    value.begin()->second.visit(
        [&](const auto& node) { table->insert_or_assign(path.back(), node); });
}

}  // namespace

void apply_overrides(toml::table& file, const std::vector<std::string>& overrides,
                     std::vector<Problem>& problems) {
    for (const auto& text : overrides) try {
            apply(file, text);
        } catch (const Error& error) {
            problems.push_back({fmt::format("--set {}: {}", text, error.what()), 0});
        }
}

}  // namespace engram
