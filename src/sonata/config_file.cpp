// SPDX-License-Identifier: Apache-2.0
#include "sonata/config_file.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "core/readable.hpp"

namespace engram::sonata {
namespace {

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The variable at the `$` at `begin`: its name, and where it ends.
std::pair<std::string, std::size_t> variable_at(const std::string& text, std::size_t begin) {
    if (begin + 1 < text.size() && text[begin + 1] == '{') {
        const std::size_t end = text.find('}', begin);
        if (end == std::string::npos) return {text.substr(begin + 2), text.size()};
        return {text.substr(begin + 2, end - begin - 2), end + 1};
    }
    std::size_t end = begin + 1;
    while (end < text.size() && in_name(text[end])) ++end;
    return {text.substr(begin + 1, end - begin - 1), end};
}

}  // namespace

Json read_json(const std::string& path, Findings& findings) {
    std::ifstream in(path);
    if (const std::string why = why_unreadable(path); !why.empty() || !in) {
        findings.problem(path, fmt::format("cannot be read ({}). Check the name and the folder",
                                           why.empty() ? "its disk fails" : why));
        return Json::object();
    }
    try {
        Json json = Json::parse(in);
        if (json.is_object()) return json;
        findings.problem(path, "holds no JSON object. Begin it with {");
    } catch (const Json::parse_error& error) {
        findings.problem(path, fmt::format("is no JSON (at byte {}). Mend it there", error.byte));
    } catch (const Json::out_of_range& error) {
        findings.problem(path, fmt::format("holds a number that is too large ({}). Write another",
                                           error.what()));
    }
    return Json::object();
}

ConfigFile::ConfigFile(std::string path, Findings& findings)
    : path_(std::move(path)), findings_(&findings), json_(read_json(path_, findings)) {
    read_manifest();
}

void ConfigFile::read_manifest() {
    const auto folder = std::filesystem::absolute(path_).lexically_normal().parent_path();
    variables_["configdir"] = folder.string();
    const Json manifest = section(json_, "manifest");
    for (const auto& [name, value] : manifest.items()) {
        const std::string key =
            variable_at(name, name.starts_with('$') ? 0 : std::string::npos).first;
        if (!value.is_string()) problem(fmt::format("manifest.{} (must be a text)", name));
        else variables_[key] = value.get<std::string>();
    }
}

std::string ConfigFile::expanded(const std::string& text) const {
    std::string result = text;
    constexpr int deepest = 64;  // variables that name each other in a circle end here
    for (int depth = 0;; ++depth) {
        const std::size_t begin = result.find('$');
        if (begin == std::string::npos) return result;
        const auto [name, end] = variable_at(result, begin);
        const auto value = variables_.find(name);
        if (value == variables_.end() || depth == deepest) {
            std::vector<std::string> known;
            for (const auto& [one, unused] : variables_) known.push_back(one);
            problem(depth == deepest
                        ? fmt::format("'{}' (variables of the manifest name each other in a "
                                      "circle). Name a folder",
                                      text)
                        : fmt::format("'{}': unknown variable '${}'. {}", text, name,
                                      suggestion(name, known)));
            return {};
        }
        result = result.substr(0, begin) + value->second + result.substr(end);
    }
}

Json ConfigFile::section(const Json& parent, const std::string& key) const {
    const auto at = parent.find(key);
    if (at == parent.end()) return Json::object();
    if (at->is_object()) return *at;
    problem(fmt::format("{} (must be an object). Write {{ ... }}", key));
    return Json::object();
}

std::string ConfigFile::text(const Json& parent, const std::string& where, const std::string& key,
                             bool needed) const {
    const auto at = parent.find(key);
    if (at != parent.end() && at->is_string()) return at->get<std::string>();
    const std::string name = where.empty() ? key : where + "." + key;
    if (at != parent.end()) problem(name + " (must be a text)");
    else if (needed) problem(name + " is missing. Set it");
    return {};
}

double ConfigFile::number(const Json& parent, const std::string& where, const std::string& key,
                          double otherwise) const {
    const auto at = parent.find(key);
    if (at == parent.end()) return otherwise;
    if (at->is_number()) return at->get<double>();
    problem(fmt::format("{}.{} (must be a number)", where, key));
    return otherwise;
}

std::string ConfigFile::file(const Json& parent, const std::string& where, const std::string& key,
                             bool needed) const {
    const std::string name = expanded(text(parent, where, key, needed));
    if (name.empty()) return {};
    const std::filesystem::path folder = variables_.at("configdir");
    return (folder / name).lexically_normal().string();
}

void ConfigFile::know(const Json& parent, const std::string& where,
                      const std::vector<std::string>& known) const {
    for (const auto& [key, value] : parent.items())
        if (std::find(known.begin(), known.end(), key) == known.end())
            warning(fmt::format("'{}{}' is not read", where.empty() ? "" : where + ".", key));
}

}  // namespace engram::sonata
