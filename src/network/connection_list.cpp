// SPDX-License-Identifier: Apache-2.0
#include "network/connection_list.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "core/nearest.hpp"

namespace engram {
namespace {

using Fields = std::vector<std::string_view>;

std::string_view trimmed(std::string_view text) {
    constexpr auto blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

void split(std::string_view line, Fields& fields) {
    fields.clear();
    for (std::size_t comma = line.find(','); comma != std::string_view::npos;
         comma = line.find(',')) {
        fields.push_back(trimmed(line.substr(0, comma)));
        line.remove_prefix(comma + 1);
    }
    fields.push_back(trimmed(line));
}

template <class T>
bool parse(std::string_view text, T& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

class ListReader {
public:
    ListReader(std::string path, const Place& place) : path_(std::move(path)), place_(place) {}

    ConnectionList read() {
        std::ifstream file(path_);
        std::string line;
        Fields fields;
        while (std::getline(file, line) && bad_lines_ < most_bad_lines) {
            ++line_;
            const std::string_view text = trimmed(line);
            if (text.empty() || text.front() == '#') continue;
            split(text, fields);
            if (!columns_.empty()) read_synapse(fields);
            else if (!read_header(fields)) return {};
        }
        if (columns_.empty())
            place_.problem(
                fmt::format("{} (cannot be read, or is empty). Its first line names the columns "
                            "source,target,weight,delay",
                            path_));
        return std::move(list_);
    }

private:
    static constexpr int most_bad_lines = 10;  // one wrong column would fill the screen

    void problem(const std::string& text) {
        place_.problem(fmt::format("{}:{}: {}", path_, line_, text));
        ++bad_lines_;
    }

    bool read_header(const Fields& names) {
        static const std::vector<std::string> known{"source", "target", "weight", "delay"};
        for (const auto name : names) {
            if (std::find(known.begin(), known.end(), name) == known.end())
                problem(fmt::format("unknown column '{}'. {}", name, suggestion(name, known)));
            else if (std::find(columns_.begin(), columns_.end(), name) != columns_.end())
                problem(fmt::format("column '{}' stands twice", name));
            columns_.emplace_back(name);
        }
        for (const auto* needed : {"source", "target"})
            if (std::find(columns_.begin(), columns_.end(), needed) == columns_.end())
                problem(fmt::format("column '{}' is missing. The first line names the columns",
                                    needed));
        return bad_lines_ == 0;
    }

    void read_synapse(const Fields& fields) {
        if (fields.size() != columns_.size())
            return problem(fmt::format("{} values (the first line names {} columns)", fields.size(),
                                       columns_.size()));
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (columns_[i] == "source") read_index(columns_[i], fields[i], list_.source);
            else if (columns_[i] == "target") read_index(columns_[i], fields[i], list_.target);
            else if (columns_[i] == "weight") read_real(columns_[i], fields[i], list_.weight);
            else read_real(columns_[i], fields[i], list_.delay);
        }
    }

    void read_index(const std::string& column, std::string_view text,
                    std::vector<std::uint64_t>& array) {
        if (!parse(text, array.emplace_back()))
            problem(fmt::format("{} = '{}' (must be a whole number from 0 on)", column, text));
    }

    void read_real(const std::string& column, std::string_view text, std::vector<double>& array) {
        if (!parse(text, array.emplace_back()))
            problem(fmt::format("{} = '{}' (must be a number)", column, text));
    }

    std::string path_;
    const Place& place_;
    ConnectionList list_;
    std::vector<std::string> columns_;
    std::size_t line_ = 0;
    int bad_lines_ = 0;
};

}  // namespace

ConnectionList read_connection_list(const std::string& path, const Place& place) {
    return ListReader(path, place).read();
}

}  // namespace engram
