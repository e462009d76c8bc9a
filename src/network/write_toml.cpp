// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engram/description.hpp"

#include "network/value_text.hpp"

namespace engram {
namespace {

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') result += {'\\', c};
        else if (code < 0x20 || code == 0x7f) result += fmt::format("\\u{:04X}", code);
        else result += c;
    }
    return result + '"';
}

std::string key(const std::string& name) {
    const auto bare = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
    return !name.empty() && std::all_of(name.begin(), name.end(), bare) ? name : quoted(name);
}

std::string written(double number) { return to_text(number); }
std::string written(bool truth) { return truth ? "true" : "false"; }
std::string written(int number) { return fmt::format("{}", number); }
std::string written(std::uint64_t number) { return fmt::format("{}", number); }
std::string written(const std::string& text) { return quoted(text); }

std::string written(const Random& random) {
    const auto [distribution, parameters] = random_text(random);
    return fmt::format("{{ {} = {{ {} }} }}", distribution, parameters);
}

template <class T>
std::string written(const std::vector<T>& array) {
    std::string text = "[";
    for (const T& element : array) {
        if (text.size() > 1) text += ", ";
        text += written(element);
    }
    return text + "]";
}

std::string written(const Value& value) {
    return std::visit([](const auto& v) { return written(v); }, value.value);
}

std::vector<std::string> entries(const Parameters& parameters) {
    std::vector<std::string> result;
    for (const auto& [name, value] : parameters)
        result.push_back(fmt::format("{} = {}", key(name), written(value)));
    return result;
}

/// A name where there are no parameters, else a table.
std::string written(const Rule& rule) {
    std::vector<std::string> parameters = entries(rule.parameters);
    if (rule.list) {
        const ConnectionList& list = *rule.list;
        parameters.push_back("source = " + written(list.source));
        parameters.push_back("target = " + written(list.target));
        if (!list.weight.empty()) parameters.push_back("weight = " + written(list.weight));
        if (!list.delay.empty()) parameters.push_back("delay = " + written(list.delay));
    }
    if (parameters.empty()) return quoted(rule.name);
    return fmt::format("{{ {} = {{ {} }} }}", key(rule.name), fmt::join(parameters, ", "));
}

/// Writes a network file, line by line.
class TomlWriter {
public:
    void write(const NetworkDescription& network) {
        header("[simulation]");
        entry("resolution", network.resolution);
        entry("seed", network.seed);
        entry("duration", network.duration);
        entry("weight_precision", network.weight_precision);
        for (const auto& model : network.synapse_models) {
            part("synapse_models", model.name);
            entry("copy_of", model.copy_of);
            write(model.parameters);
        }
        for (const auto& population : network.populations) {
            part("populations", population.name);
            entry("model", population.model);
            entry("size", population.size);
            write(population.parameters);
        }
        for (const auto& device : network.devices) {
            part("devices", device.name);
            entry("model", device.model);
            write(device.parameters);
        }
        for (const auto& projection : network.projections) write(projection);
        for (const auto& recorder : network.recorders) {
            part("recorders", recorder.name);
            entry("model", recorder.model);
            entry("from", recorder.from);
            write(recorder.parameters);
        }
        if (network.checkpoints != CheckpointOptions{}) write(network.checkpoints);
        if (network.guard != GuardOptions{}) write(network.guard);
    }

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    void header(const std::string& header) {
        if (!text_.empty()) text_ += '\n';
        text_ += header + '\n';
    }
    void part(const char* section, const std::string& name) {
        header(fmt::format("[{}.{}]", section, key(name)));
    }
    template <class T>
    void entry(const char* name, const T& value) {
        text_ += fmt::format("{} = {}\n", name, written(value));
    }

    void write(const Parameters& parameters) {
        for (const auto& line : entries(parameters)) text_ += line + '\n';
    }

    void write(const Projection& projection) {
        header("[[projections]]");
        if (!projection.name.empty()) entry("name", projection.name);
        entry("source", projection.source);
        entry("target", projection.target);
        entry("rule", projection.rule);
        const Synapse& synapse = projection.synapse;
        entry("synapse_model", synapse.model);
        if (synapse.weight) entry("weight", *synapse.weight);
        if (synapse.delay) entry("delay", *synapse.delay);
        if (synapse.receptor_type) entry("receptor_type", *synapse.receptor_type);
    }

    void write(const CheckpointOptions& options) {
        header("[checkpoints]");
        entry("every", options.every);
        entry("folder", options.folder);
        entry("max_wall", options.max_wall);
        entry("keep", options.keep);
        entry("connectivity", options.connectivity);
        entry("on_failure", options.on_failure);
    }

    void write(const GuardOptions& options) {
        header("[guard]");
        entry("max_rate", options.max_rate);
        entry("min_rate", options.min_rate);
        entry("window", options.window);
    }

    std::string text_;
};

}  // namespace

std::string network_toml(const NetworkDescription& network) {
    TomlWriter writer;
    writer.write(network);
    return writer.text();
}

}  // namespace engram
