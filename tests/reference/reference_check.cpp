// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "parallel/collectives.hpp"
#include "case.hpp"

namespace engram::reference {
namespace {

namespace fs = std::filesystem;

struct Summary {
    int ok = 0, failed = 0, no_model = 0;
};

/// The files of a folder whose names have this part, in alphabetical order.
std::vector<fs::path> find_cases(const std::string& folder, const std::string& part) {
    if (!fs::is_directory(folder)) throw Error(folder + " is no folder. Name one of *.json");
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".json" &&
            entry.path().stem().string().find(part) != std::string::npos)
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

Json read(const fs::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(file.string() + " cannot be opened. See its rights");
    return Json::parse(stream);
}

void check(const Setup& setup, const Json& given, Findings& findings) {
    if (given.contains("synapses")) check_synapses(setup, given, findings);
    else if (given.contains("connections")) check_network(setup, given, findings);
    else check_neuron(setup, given, findings);
}

std::string one_line(const char* message) {
    return std::regex_replace(message, std::regex("\\s*\n\\s*"), ": ");
}

/// Collective. Counts the case and returns the line about it. What a file holds is the same to all
/// ranks, and so is what is thrown about it.
std::string check_file(const Setup& setup, const fs::path& file, Summary& summary) {
    const auto line = [&](const char* verdict, const std::string& text) {
        return fmt::format("{:<9} {:<42} {}\n", verdict, file.stem().string(), text);
    };
    Findings findings;
    try {
        Json given;
        parallel::collectively(setup.comm, [&] { given = read(file); });
        check(setup, given, findings);
    } catch (const NoModel& missing) {
        ++summary.no_model;
        return line("no model", missing.what());
    } catch (const Error& error) {
        findings.problem(one_line(error.what()));
    } catch (const Json::exception& error) {
        findings.problem(error.what());
    }
    ++(findings.ok() ? summary.ok : summary.failed);
    return line(findings.ok() ? "ok" : "FAILED", findings.text());
}

struct Arguments {
    std::string folder, part;
    RunOptions options;
};

/// Collective. Whether there were cases and all are as they should be.
bool check_all(const Communicator& comm, const Arguments& arguments) {
    const auto print = [&](const std::string& text) {
        if (comm.rank() > 0) return;
        std::fputs(text.c_str(), stdout);
        std::fflush(stdout);
    };
    const Setup setup{comm, builtin_models(), arguments.options};
    std::vector<fs::path> files;
    parallel::collectively(comm, [&] { files = find_cases(arguments.folder, arguments.part); });
    Summary summary;
    for (const auto& file : files) print(check_file(setup, file, summary));
    print(fmt::format("{} cases: {} ok, {} failed, {} need a model that Engram has not\n",
                      files.size(), summary.ok, summary.failed, summary.no_model));
    return summary.ok > 0 && summary.failed == 0 && summary.no_model == 0;
}

}  // namespace
}  // namespace engram::reference

int main(int argc, char** argv) {
    engram::Environment environment(argc, argv);
    engram::reference::Arguments arguments;
    CLI::App app("Simulates cases computed with NEST and compares (tests/reference/README.md)");
    app.add_option("folder", arguments.folder, "Folder of *.json")->required();
    app.add_option("part", arguments.part, "Only the cases whose names have this part");
    app.add_option("--threads", arguments.options.threads, "Threads on each rank");
    const bool speaks = environment.world().rank() == 0;
    try {
        app.parse(argc, argv);
        return engram::reference::check_all(environment.world(), arguments) ? 0 : 1;
    } catch (const CLI::ParseError& error) {
        return speaks ? app.exit(error) : error.get_exit_code();
    } catch (const engram::Error& error) {
        if (speaks) std::fprintf(stderr, "reference_check: %s\n", error.what());
        return 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "reference_check: rank %d: %s\n", environment.world().rank(),
                     error.what());
        environment.abort(1);
    }
}
