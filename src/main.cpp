// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "engram/engram.hpp"
#include "engram/version.hpp"

#include "parallel/collectives.hpp"
#include "models/registry.hpp"
#include "command/dry_run.hpp"
#include "command/export.hpp"
#include "command/info.hpp"
#include "command/models.hpp"
#include "command/run.hpp"
#include "command/status.hpp"
#include "command/verify.hpp"

namespace {

/// The command line; each subcommand fills its part.
struct Arguments {
    engram::command::RunRequest run;
    std::vector<std::string> settings;  ///< `key=value`, of options that stand in for a key
    std::string model, file, exported, sonata;
    bool page = false;
};

/// An option that stands in for a key of the network file.
void declare_setting(CLI::App& run, Arguments& a, const std::string& option, const std::string& key,
                     const std::string& help) {
    run.add_option_function<std::string>(
        option, [&a, key](const std::string& value) { a.settings.push_back(key + "=" + value); },
        help);
}

void declare_checkpoints(CLI::App& run, Arguments& a) {
    const auto declare = [&](const char* option, const char* key, const char* help) {
        declare_setting(run, a, option, std::string("checkpoints.") + key, help);
    };
    declare("--checkpoint-every", "every",
            "Write checkpoints: every 10min of wall time, or 500ms of model time");
    declare("--checkpoint-dir", "folder",
            "Folder for checkpoints, in place of `checkpoints` in the output folder");
    declare("--keep", "keep", "How many of the newest checkpoints stay (2)");
    declare("--checkpoint-connectivity", "connectivity",
            "regenerate (from the description) or store the synapses");
    declare("--checkpoint-failure", "on_failure",
            "warn and go on, or stop, when a checkpoint cannot be written");
    declare("--max-wall", "max_wall",
            "Write a checkpoint and end with status 85 before the program is this old: 23h50m");
    run.add_flag("--resume", a.run.options.resume,
                 "Continue from the newest whole checkpoint, if there is one");
}

void declare_run(CLI::App& app, Arguments& a) {
    CLI::App* run = app.add_subcommand("run", "Simulate a network file or a SONATA configuration");
    run->add_option("network", a.run.network,
                    "Network file (TOML), or SONATA simulation configuration (JSON)")
        ->required();
    declare_setting(*run, a, "--seed", "simulation.seed",
                    "Seed of all random numbers, in place of the file's");
    declare_setting(*run, a, "--duration", "simulation.duration",
                    "Model time to simulate, ms, in place of the file's");
    run->add_option("--threads", a.run.options.threads, "Threads on each rank")
        ->capture_default_str();
    a.run.options.output = "results";
    run->add_option("--output", a.run.options.output, "Folder for recordings")
        ->capture_default_str();
    run->add_option("--restore", a.run.options.restore, "Start from this stored network");
    run->add_flag("--allow-changes", a.run.options.allow_changes,
                  "Restore or resume although parameters differ from the file's");
    run->add_option("--store", a.run.store, "Store the network in this file at the end");
    run->add_option("--store-at", a.run.store_at,
                    "Store the network on the way: 1000=FILE stores it at 1000 ms")
        ->allow_extra_args(false);
    run->add_option("--set", a.run.set, "Set a value of the network file: populations.E.size=4000")
        ->allow_extra_args(false);
    a.run.options.progress = "auto";
    run->add_option("--progress", a.run.options.progress, "How progress is shown")
        ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
        ->capture_default_str();
    run->add_option("--report", a.run.report, "Write times and memory to this file (JSON)");
    run->add_flag("--quiet", a.run.quiet, "Print nothing but errors");
    CLI::Option* dry_run = run->add_option("--dry-run", a.run.dry_run,
                                           "RANKS[,RANK]: build one rank's share alone, draw the "
                                           "spikes of the others, and tell what a "
                                           "rank needs");
    run->add_option("--dry-run-rate", a.run.dry_run_rate,
                    "Rate of the neurons on other ranks, spikes/s, in place of the measured one")
        ->needs(dry_run);
    run->add_option("--status-every", a.run.options.status_every,
                    "How often status.json in the output folder is written, as wall time")
        ->capture_default_str();
    run->add_option("--stall-limit", a.run.options.stall_limit,
                    "End, and name the rank, when one gives no sign of life for so long: 10min");
    declare_checkpoints(*run, a);
    a.run.options.signals = true;
}

int execute(const CLI::App& app, Arguments& a, const engram::Communicator& comm) {
    const auto print = [&](const std::string& text) {
        if (comm.rank() == 0) std::fputs(text.c_str(), stdout);
    };
    if (app.got_subcommand("run")) {
        if (a.run.quiet) a.run.options.progress = "none";
        a.run.set.insert(a.run.set.end(), a.settings.begin(), a.settings.end());
        a.run.output_given = app.get_subcommand("run")->count("--output") > 0;
        if (!a.run.dry_run.empty()) return engram::command::dry_run(comm, a.run);
        return engram::command::run(comm, a.run);
    }
    if (app.got_subcommand("models")) {
        const engram::Registry registry = engram::builtin_models();
        print(a.page            ? engram::command::models_page(registry)
              : a.model.empty() ? engram::command::list_models(registry)
                                : engram::command::describe_model(registry, a.model));
    } else if (app.got_subcommand("info")) {
        print(engram::command::info(comm, a.file));
    } else if (app.got_subcommand("status")) {
        print(engram::command::status(comm, a.file));
    } else if (app.got_subcommand("watch")) {
        engram::parallel::collectively(comm, [&] {
            if (comm.rank() == 0) engram::command::watch(a.file);
        });
    } else if (app.got_subcommand("verify")) {
        print(engram::command::verify(comm, a.file));
    } else {
        if (!a.sonata.empty()) engram::command::export_sonata(comm, a.file, a.sonata);
        else engram::command::export_network(comm, a.file, a.exported);
    }
    return 0;
}

int run_command(int argc, char** argv) {
    engram::Environment environment(argc, argv);
    const bool speaks = environment.world().rank() == 0;
    CLI::App app("Engram: spiking neuronal networks whose state survives any number of ranks");
    app.set_version_flag("--version", std::string("engram ") + engram::version);
    app.require_subcommand(1);
    Arguments arguments;
    declare_run(app, arguments);
    CLI::App* models = app.add_subcommand("models", "List the models, or describe one");
    models->add_option("name", arguments.model, "Model");
    models->add_flag("--page", arguments.page, "All, as they stand in docs/models.md");
    const auto about_file = [&](const char* name, const char* help) {
        CLI::App* command = app.add_subcommand(name, help);
        command->add_option("file", arguments.file, "File")->required();
        return command;
    };
    about_file("info", "Tell what a stored network, a checkpoint or a recording holds");
    for (const auto& [name, help] :
         {std::pair{"status", "Tell how far the run is that writes to an output folder"},
          std::pair{"watch", "The same again and again, until the run ends"}})
        app.add_subcommand(name, help)
            ->add_option("folder", arguments.file, "Output folder")
            ->required();
    about_file("verify", "Check structure, ranges and checksums of a file");
    CLI::App* exporting =
        about_file("export", "Make a network file of a checkpoint, or SONATA files of a network");
    CLI::Option_group* form = exporting->add_option_group("form", "What to write");
    form->add_option("--network", arguments.exported, "Network file to write");
    form->add_option("--sonata", arguments.sonata,
                     "Folder for SONATA files of a stored network, a checkpoint, a network file or "
                     "a SONATA configuration");
    form->require_option(1);
    try {
        app.parse(argc, argv);
        return execute(app, arguments, environment.world());
    } catch (const CLI::ParseError& error) {
        if (speaks) return app.exit(error);
        return error.get_exit_code();
    } catch (const engram::Error& error) {
        // Thrown alike on all ranks: one of them speaks, and all end.
        if (speaks) std::fprintf(stderr, "engram: %s\n", error.what());
        return 1;
    } catch (const std::exception& error) {
        // The other ranks do not know of this one.
        std::fprintf(stderr, "engram: rank %d: %s\n", environment.world().rank(), error.what());
        environment.abort(1);
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_command(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "engram: %s\n", error.what());
    } catch (...) {
        std::fputs("engram: unknown failure (an exception of no known type). Please report it\n",
                   stderr);
    }
    return 1;
}
