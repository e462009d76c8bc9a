// SPDX-License-Identifier: Apache-2.0
#include "observe/status.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "engram/error.hpp"

#include "core/duration.hpp"
#include "core/readable.hpp"

namespace engram::observe {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* format = "engram-status";

std::string utc(double seconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

/// Not-a-number is no JSON.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json object(const std::vector<std::pair<std::string, double>>& values) {
    Json result = Json::object();
    for (const auto& [name, value] : values) result[name] = number(value);
    return result;
}

std::vector<std::pair<std::string, double>> pairs(const Json& values) {
    std::vector<std::pair<std::string, double>> result;
    for (const auto& [name, value] : values.items())
        result.emplace_back(name, value.is_null() ? std::nan("") : value.get<double>());
    return result;
}

Json to_json(const Status& s) {
    Json json{{"format", format},
              {"state", s.state},
              {"message", s.message},
              {"network", s.network},
              {"host", s.host},
              {"pid", s.pid},
              {"ranks", s.ranks},
              {"threads", s.threads},
              {"written", utc(s.written)},
              {"written_s", s.written},
              {"every_s", s.every},
              {"start_ms", s.start},
              {"end_ms", s.end},
              {"time_ms", s.now},
              {"wall_s", s.wall},
              {"real_time_factor", s.real_time_factor},
              {"seconds_left", nullptr},
              {"rates", object(s.rates)},
              {"mean_weights", object(s.weights)},
              {"checkpoint_ms", nullptr},
              {"checkpoint_written", s.checkpoint_written}};
    if (s.seconds_left) json["seconds_left"] = number(*s.seconds_left);
    if (s.checkpoint) json["checkpoint_ms"] = *s.checkpoint;
    return json;
}

Status from_json(const Json& json) {
    Status s;
    json.at("state").get_to(s.state);
    json.at("message").get_to(s.message);
    json.at("network").get_to(s.network);
    json.at("host").get_to(s.host);
    json.at("pid").get_to(s.pid);
    json.at("ranks").get_to(s.ranks);
    json.at("threads").get_to(s.threads);
    json.at("written_s").get_to(s.written);
    json.at("every_s").get_to(s.every);
    json.at("start_ms").get_to(s.start);
    json.at("end_ms").get_to(s.end);
    json.at("time_ms").get_to(s.now);
    json.at("wall_s").get_to(s.wall);
    json.at("real_time_factor").get_to(s.real_time_factor);
    if (!json.at("seconds_left").is_null()) s.seconds_left = json["seconds_left"].get<double>();
    s.rates = pairs(json.at("rates"));
    s.weights = pairs(json.at("mean_weights"));
    if (!json.at("checkpoint_ms").is_null()) s.checkpoint = json["checkpoint_ms"].get<double>();
    json.at("checkpoint_written").get_to(s.checkpoint_written);
    return s;
}

std::string in_words(const Status& s, double age) {
    constexpr double patience = 3.0, shortest = 10.0;  // times what is usual; s
    if (s.state == "requeue") return "checkpointed, to be queued again";
    if (s.state == "failed") return "FAILED: " + s.message;
    if (s.state == "running" && age > patience * s.every + shortest)
        return fmt::format("{} when last heard of, {} ago", s.state, duration_text(age));
    return s.state;
}

/// What a run says last shall not be lost on a full disk: the file that is there has room for it.
void write_over(const std::string& path, std::string text, const std::string& unfinished) {
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    constexpr std::uintmax_t block = 4096;
    const auto before = std::filesystem::file_size(path, ignored);
    if (ignored || text.size() > (before + block - 1) / block * block) return;
    if (text.size() < before) text.append(before - text.size(), ' ');  // which JSON allows
    std::fstream file(path, std::ios::in | std::ios::out);
    file << text;
}

}  // namespace

Status status_of_this_process() {
    Status status;
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    status.host = host.data();
    status.pid = ::getpid();
    return status;
}

std::string status_path(const std::string& folder) { return folder + "/status.json"; }

double clock_now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

void write_status(const std::string& folder, Status status) noexcept {
    try {
        status.written = clock_now();
        const std::string path = status_path(folder), unfinished = path + ".part",
                          text = to_json(status).dump(2) + "\n";
        std::error_code failed;
        {
            std::ofstream file(unfinished);
            file << text << std::flush;
            if (!file) failed = std::make_error_code(std::errc::no_space_on_device);
        }
        if (!failed) std::filesystem::rename(unfinished, path, failed);
        if (!failed) return;
        if (status.state == "running" || status.state == "waiting")
            std::filesystem::remove(unfinished, failed);
        else write_over(path, text, unfinished);
    } catch (const std::exception&) {
        return;
    }
}

Status read_status(const std::string& folder) {
    const std::string path = status_path(folder);
    std::ifstream file(path);
    if (const std::string why = why_unreadable(path); !why.empty() || !file)
        throw Error(fmt::format("no status in '{}' ({}: {}). Name the output folder of a run",
                                folder, path, why.empty() ? "cannot be read" : why));
    try {
        const Json json = Json::parse(file);
        if (json.at("format") != format) throw Error(path + " (is no status). Name another folder");
        return from_json(json);
    } catch (const Json::exception& error) {
        throw Error(fmt::format("{} (is damaged: {}). Wait for the next", path, error.what()));
    }
}

std::string status_text(const Status& s, double now) {
    const double age = now - s.written;
    std::string text = fmt::format("{}: {}\n", s.network, in_words(s, age));
    const double length = s.end - s.start;
    text +=
        fmt::format("  {:.1f} of {:.1f} ms ({:.0f} %), {:.3g} s per model s", s.now, s.end,
                    length > 0.0 ? 100.0 * (s.now - s.start) / length : 100.0, s.real_time_factor);
    if (s.seconds_left && s.state == "running")
        text += fmt::format(", {} left", duration_text(*s.seconds_left));
    text += fmt::format("\n  {} ranks x {} threads, rank 0 on {} (process {}), {} so far\n",
                        s.ranks, s.threads, s.host, s.pid, duration_text(s.wall));
    std::size_t width = 0;
    for (const auto* list : {&s.rates, &s.weights})
        for (const auto& [name, value] : *list) width = std::max(width, name.size());
    for (const auto& [name, rate] : s.rates)
        text += fmt::format("  {:<{}}  {:.4g} spikes/s\n", name, width, rate);
    for (const auto& [name, weight] : s.weights)
        text += fmt::format("  {:<{}}  {:.6g} mean weight\n", name, width, weight);
    text += s.checkpoint ? fmt::format("  newest checkpoint: {:.1f} ms, written {}\n",
                                       *s.checkpoint, s.checkpoint_written)
                         : "  no checkpoint\n";
    return text;
}

}  // namespace engram::observe
