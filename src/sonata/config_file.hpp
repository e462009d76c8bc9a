// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace engram::sonata {

/// Keeps the order of the file.
using Json = nlohmann::ordered_json;

/// Problems and warnings of everything that is read, in the order of reading; each names its file.
struct Findings {
    std::vector<std::string> problems, warnings;

    void problem(const std::string& file, const std::string& text) {
        add(problems, file + ": " + text);
    }
    void warning(const std::string& file, const std::string& text) {
        add(warnings, file + ": " + text);
    }

private:
    /// Once: a file may be read for several others.
    static void add(std::vector<std::string>& list, std::string text) {
        if (std::find(list.begin(), list.end(), text) == list.end())
            list.push_back(std::move(text));
    }
};

/// Reads a JSON file that holds an object; an empty one, and a problem noted, where it does not.
Json read_json(const std::string& path, Findings& findings);

/// A circuit or simulation configuration. Paths in it may hold the variables of its manifest,
/// `$NAME` or `${NAME}`, and `${configdir}`, the folder of the file, to which they are relative.
class ConfigFile {
public:
    ConfigFile(std::string path, Findings& findings);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const Json& json() const { return json_; }
    void problem(const std::string& text) const { findings_->problem(path_, text); }
    void warning(const std::string& text) const { findings_->warning(path_, text); }

    /// A member that is an object, or an empty one; a problem is noted where it is something else.
    [[nodiscard]] Json section(const Json& parent, const std::string& key) const;
    /// A text member; "" where there is none. `where` names the parent in messages: "inputs.x".
    [[nodiscard]] std::string text(const Json& parent, const std::string& where,
                                   const std::string& key, bool needed) const;
    [[nodiscard]] double number(const Json& parent, const std::string& where,
                                const std::string& key, double otherwise) const;
    /// A text member that is a path, absolute and without variables; "" where there is none.
    [[nodiscard]] std::string file(const Json& parent, const std::string& where,
                                   const std::string& key, bool needed) const;
    /// Warns of members that nothing here knows.
    void know(const Json& parent, const std::string& where,
              const std::vector<std::string>& known) const;

private:
    void read_manifest();
    /// `text` with the variables put in.
    [[nodiscard]] std::string expanded(const std::string& text) const;

    std::string path_;
    Findings* findings_;
    Json json_;
    std::map<std::string, std::string> variables_;
};

}  // namespace engram::sonata
