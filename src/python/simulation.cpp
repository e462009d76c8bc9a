// SPDX-License-Identifier: Apache-2.0
#include "engram/simulation.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "engram/error.hpp"

#include "parallel/collectives.hpp"
#include "python/convert.hpp"

namespace engram::python {
namespace {

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;

/// Lets Python's signal handlers run while the network does, and keeps what they raise.
class Interrupt {
public:
    bool operator()() {
        constexpr std::chrono::milliseconds interval(50);
        const auto now = std::chrono::steady_clock::now();
        if (now < next_) return false;
        next_ = now + interval;
        const py::gil_scoped_acquire locked;
        if (PyErr_CheckSignals() == 0) return false;
        raised_.emplace();
        return true;
    }
    /// On a rank that was not interrupted itself: KeyboardInterrupt.
    [[noreturn]] void raise() {
        if (raised_) {
            const py::error_already_set error = *raised_;
            raised_.reset();
            throw error;
        }
        PyErr_SetNone(PyExc_KeyboardInterrupt);
        throw py::error_already_set();
    }

private:
    std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now();
    std::optional<py::error_already_set> raised_;
};

/// A Simulation and what Python needs beside it.
class Run {
public:
    Run(const NetworkDescription& network, RunOptions options)
        : interrupt_(std::make_shared<Interrupt>()) {
        options.interrupted = [interrupt = interrupt_] { return (*interrupt)(); };
        const py::gil_scoped_release unlocked;
        simulation_.emplace(world(), network, options);
    }
    /// Whether it ended before its time, to be queued again.
    bool run(double duration) {
        RunEnd end = RunEnd::done;
        {
            const py::gil_scoped_release unlocked;
            end = simulation_->run(duration);
        }
        if (end == RunEnd::interrupted) interrupt_->raise();
        return end == RunEnd::requeue;
    }
    void grow(const NetworkDescription& network) {
        const py::gil_scoped_release unlocked;
        simulation_->grow(network);
    }
    Simulation& operator*() { return *simulation_; }

private:
    std::shared_ptr<Interrupt> interrupt_;
    std::optional<Simulation> simulation_;
};

py::dict memory_data(const MemoryReport& report) {
    py::dict categories, projections, data;
    for (const auto& entry : report.categories) categories[entry.name.c_str()] = entry.bytes;
    for (const auto& entry : report.projections)
        projections[entry.name.c_str()] =
            py::dict(py::arg("model") = entry.model, py::arg("synapses") = entry.synapses,
                     py::arg("bytes") = entry.bytes);
    data["neurons"] = report.neurons;
    data["synapses"] = report.synapses;
    data["categories"] = categories;
    data["projections"] = projections;
    data["resident"] = report.resident.sum;
    data["peak"] = report.peak.sum;
    return data;
}

py::dict timing_data(const TimeReport& report) {
    py::dict phases, data;
    for (const auto& entry : report.phases) phases[entry.name.c_str()] = entry.max;
    data["phases"] = phases;
    data["build"] = report.build;
    data["run"] = report.run;
    data["model_time"] = report.model_time;
    data["spikes"] = report.spikes;
    data["events"] = report.events;
    data["checkpoints"] = report.checkpoints;
    data["checkpoint_seconds"] = report.checkpoint_seconds;
    return data;
}

py::tuple columns(ConnectionList list) {
    return py::make_tuple(to_array(std::move(list.source)), to_array(std::move(list.target)),
                          to_array(std::move(list.weight)), to_array(std::move(list.delay)));
}

template <class T>
py::array_t<T> of_all_ranks(const std::vector<T>& local) {
    return to_array(parallel::concatenate(world(), std::span<const T>(local)));
}

/// Local. What a weight_recorder holds of a projection.
Events recorded_weights(const Simulation& simulation, const std::string& recorder,
                        const std::string& projection) {
    for (Events& events : simulation.events(recorder))
        if (events.from == projection && events.values.contains("weight")) return std::move(events);
    throw Error("recorder '" + recorder + "' holds no weights of '" + projection +
                "' (it is no weight_recorder of this projection). Name another");
}

/// Collective. Time, source, target, weight, delay and receptor of each spike, in rank order.
py::tuple weights_of_all_ranks(Run& run, const std::string& recorder,
                               const std::string& projection) {
    Events local;
    parallel::collectively(world(), [&] { local = recorded_weights(*run, recorder, projection); });
    return py::make_tuple(of_all_ranks(local.times), of_all_ranks(local.nodes),
                          of_all_ranks(local.targets), of_all_ranks(local.values["weight"]),
                          of_all_ranks(local.values["delay"]),
                          of_all_ranks(local.values["receptor"]));
}

void bind_options(py::module_& module) {
    py::class_<RunOptions>(module, "RunOptions")
        .def(py::init<>())
        .def_readwrite("threads", &RunOptions::threads)
        .def_readwrite("output", &RunOptions::output)
        .def_readwrite("restore", &RunOptions::restore)
        .def_readwrite("allow_changes", &RunOptions::allow_changes)
        .def_readwrite("checkpoints", &RunOptions::checkpoints)
        .def_readwrite("resume", &RunOptions::resume)
        .def_readwrite("resume_from", &RunOptions::resume_from)
        .def_readwrite("signals", &RunOptions::signals)
        .def_readwrite("progress", &RunOptions::progress);
}

template <class Class>
void bind_reading(Class& run) {
    run.def("spikes",
            [](Run& r, const std::string& recorder, const std::string& population) {
                SpikeTrain train = (*r).spikes(recorder, population);
                return py::make_tuple(to_array(std::move(train.times)),
                                      to_array(std::move(train.nodes)));
            })
        .def("weights", &weights_of_all_ranks)
        .def("clear_events",
             [](Run& r, const std::string& recorder) { (*r).clear_events(recorder); })
        .def("trace",
             [](Run& r, const std::string& recorder, const std::string& population,
                const std::string& variable) {
                 Trace trace = (*r).trace(recorder, population, variable);
                 const auto frames = static_cast<py::ssize_t>(trace.times.size());
                 return py::make_tuple(
                     to_array(std::move(trace.times)),
                     to_array(std::move(trace.values))
                         .reshape({frames, static_cast<py::ssize_t>(trace.nodes)}));
             })
        .def("state",
             [](Run& r, const std::string& population, const std::string& variable) {
                 return to_array((*r).state(population, variable));
             })
        .def("parameter",
             [](Run& r, const std::string& population, const std::string& name) {
                 return to_array((*r).parameter(population, name));
             })
        .def("connections",
             [](Run& r, const std::string& projection) {
                 return columns((*r).connections(projection));
             })
        .def("local_connections",
             [](Run& r, const std::string& projection) {
                 return columns((*r).local_connections(projection));
             })
        .def("projections", [](Run& r) { return (*r).projections(); })
        .def("memory", [](Run& r) { return memory_data((*r).memory()); })
        .def("timing", [](Run& r) { return timing_data((*r).timing()); });
}

}  // namespace

void bind_simulation(py::module_& module) {
    bind_options(module);
    py::class_<Run> run(module, "Simulation");
    run.def(py::init<const NetworkDescription&, const RunOptions&>())
        .def("run", &Run::run)
        .def("grow", &Run::grow)
        .def("time", [](Run& r) { return (*r).time(); })
        .def("min_delay", [](Run& r) { return (*r).min_delay(); })
        .def("max_delay", [](Run& r) { return (*r).max_delay(); })
        .def("show_progress", [](Run& r, const std::string& mode) { (*r).show_progress(mode); })
        .def("store", [](Run& r, const std::string& path) { (*r).store(path); })
        .def("checkpoint", [](Run& r, const std::string& path) { (*r).checkpoint(path); })
        .def("finish", [](Run& r) { (*r).finish(); })
        .def("set_weights",
             [](Run& r, const std::string& projection, const Doubles& weights) {
                 (*r).set_weights(projection, to_vector<double>(weights));
             })
        .def("set_state",
             [](Run& r, const std::string& population, const std::string& variable,
                const Doubles& values) {
                 (*r).set_state(population, variable, to_vector<double>(values));
             })
        .def("set_parameters",
             [](Run& r, const std::string& population, const py::dict& parameters) {
                 (*r).set_parameters(population, to_parameters(parameters));
             })
        .def("set_device", [](Run& r, const std::string& device, const py::dict& parameters) {
            (*r).set_device(device, to_parameters(parameters));
        });
    bind_reading(run);
}

}  // namespace engram::python
