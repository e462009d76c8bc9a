// SPDX-License-Identifier: Apache-2.0
// The tables and the JSON at the end of `engram run`, of a report whose numbers are easy to divide.
#include <nlohmann/json.hpp>

#include "command/run.hpp"
#include "engram_test.hpp"

namespace engram::command {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

MemoryReport memory_report() {
    MemoryReport memory;
    memory.categories = {{"synapses and their directory", 3 * mebibyte}, {"calendar", mebibyte}};
    memory.projections = {{"E_to_E", "static_synapse", 2 * mebibyte, 3 * mebibyte}};
    memory.synapses = 2 * mebibyte;
    memory.neurons = 1000;
    memory.peak_building = {40 * mebibyte, 72 * mebibyte};
    memory.resident_built = {32 * mebibyte, 60 * mebibyte};
    memory.peak = {50 * mebibyte, 90 * mebibyte};
    memory.resident = {33 * mebibyte, 62 * mebibyte};
    return memory;
}

TimeReport time_report() {
    TimeReport times;
    times.phases = {{"deliver", 1.5, 1.25}};
    times.build = 0.25;
    times.run = 2.0;
    times.model_time = 500.0;
    times.spikes = 10;
    times.events = 12'000'000;
    return times;
}

void expect_line(const std::string& text, const std::string& line) {
    EXPECT_NE(text.find(line + '\n'), std::string::npos) << line << "\nis not in\n" << text;
}

TEST(Tables, ShowMemoryOfTheNetworkAndOfTheProcesses) {
    const std::string text = memory_table(memory_report());
    expect_line(text,
                "  E_to_E (static_synapse)                 2097152         3.00           1.50");
    expect_line(text,
                "  calendar                                                1.00           0.50");
    expect_line(text,
                "  all                                     2097152         4.00           2.00");
    expect_line(text, "memory of the processes                   max MiB      sum MiB");
    expect_line(text, "  peak while building                       40.00        72.00");
    expect_line(text, "  resident after building                   32.00        60.00");
    expect_line(text, "  peak                                      50.00        90.00");
    expect_line(text, "  resident                                  33.00        62.00");
}

TEST(Tables, ShowRatesPerCore) {
    const std::string text = time_table(memory_report(), time_report(), 3);
    expect_line(text, "  deliver                                 1.500        1.250");
    expect_line(
        text,
        "10 spikes, 12000000 synaptic events; 2.0 M events/s per core; 0 exchanges, 0 with a "
        "second round");
    expect_line(text,
                "built 2.8 M synapses/s per core, with 1.20 times the memory of the built network");
    expect_line(text, "real-time factor 4.000 (wall s per model s)");
}

TEST(Report, HoldsWhatTheTablesShow) {
    const auto json = nlohmann::json::parse(json_report(memory_report(), time_report(), 3, 1));
    EXPECT_EQ(json.at("process_bytes"),
              (nlohmann::json{{"peak_building", {{"max", 40 * mebibyte}, {"sum", 72 * mebibyte}}},
                              {"resident_built", {{"max", 32 * mebibyte}, {"sum", 60 * mebibyte}}},
                              {"peak", {{"max", 50 * mebibyte}, {"sum", 90 * mebibyte}}},
                              {"resident", {{"max", 33 * mebibyte}, {"sum", 62 * mebibyte}}}}));
    EXPECT_EQ(json.at("bytes").at("calendar"), mebibyte);
    EXPECT_DOUBLE_EQ(json.at("events_per_s_core"), 2e6);
    EXPECT_DOUBLE_EQ(json.at("real_time_factor"), 4.0);
    EXPECT_DOUBLE_EQ(json.at("built_per_s_core"), 2097152 / 0.75);
    EXPECT_DOUBLE_EQ(json.at("bytes_per_synapse"), 2.0);
    EXPECT_DOUBLE_EQ(json.at("building_peak"), 1.2);
}

TEST(Report, OfNothingHoldsNumbers) {
    const auto json = nlohmann::json::parse(json_report({}, {}, 1, 1));
    for (const char* name : {"events_per_s_core", "real_time_factor", "built_per_s_core",
                             "bytes_per_synapse", "building_peak"})
        EXPECT_EQ(json.at(name), 0.0) << name;
}

}  // namespace
}  // namespace engram::command
