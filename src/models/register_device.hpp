// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

#include "models/register_info.hpp"
#include "state/device_input.hpp"

namespace engram {

/// The parameters of a device as its header has them.
template <class Model>
typename Model::Parameters device_parameters(const Numbers& numbers, const Arrays& arrays) {
    typename Model::Parameters p;
    for (const auto& [name, value] : numbers) set_field(p, Model::parameter_fields, name, value);
    for_each_field(Model::parameter_fields, [&](const auto& f) {
        using Type = typename std::remove_cvref_t<decltype(f)>::type;
        if constexpr (!std::is_arithmetic_v<Type>) {
            const auto at = arrays.find(std::string(f.name));
            if (at != arrays.end()) p.*(f.member) = at->second;
        }
    });
    return p;
}

/// What its functions of time need: its constants, or the parameters themselves where it has none.
template <class Model>
auto device_constants(const typename Model::Parameters& p, double resolution) {
    if constexpr (requires { Model::constants(p, resolution); })
        return Model::constants(p, resolution);
    else return p;
}

template <class Model>
class DeviceModelOf final : public DeviceModel {
    using Parameters = typename Model::Parameters;
    using Constants = decltype(device_constants<Model>(Parameters{}, 1.0));

public:
    static constexpr bool sends_current = requires(const Constants& c, Step step) {
        Model::current(c, step);
    };
    static constexpr bool sends_rate = requires(const Constants& c, Step step) {
        Model::rate(c, step);
    };
    static constexpr bool sends_spikes = requires(const Parameters& p) { Model::spikes(p, 1.0); };
    static_assert(sends_current + sends_rate + sends_spikes == 1,
                  "a device has one of the functions current, rate and spikes");

    [[nodiscard]] std::unique_ptr<DeviceInput> make_input(std::vector<DeviceConnection> connections,
                                                          const DeviceSettings& s) const override {
        const auto p = device_parameters<Model>(s.numbers, s.arrays);
        if constexpr (sends_spikes) {
            return make_spike_input(std::move(connections), Model::spikes(p, s.resolution),
                                    s.active);
        } else {
            const Constants c = device_constants<Model>(p, s.resolution);
            if constexpr (sends_rate) {
                const double seconds = s.resolution / 1000.0;
                return make_poisson_input(
                    std::move(connections),
                    [c, seconds](Step step) { return Model::rate(c, step) * seconds; }, s.active,
                    random_key(s.seed, Stream::poisson), s.projection);
            } else if constexpr (draws) {
                return make_noise_input(
                    std::move(connections), s.active, Model::interval(c),
                    [c](Step step) { return Model::current(c, step); },
                    random_key(s.seed, Stream::noise), s.projection);
            } else {
                return make_current_input(std::move(connections), s.active,
                                          [c](Step step) { return Model::current(c, step); });
            }
        }
    }
    [[nodiscard]] bool random() const override { return sends_rate || draws; }

private:
    static constexpr bool draws = requires(const Constants& c) { Model::interval(c); };
};

template <class Model>
void register_device(Registry& registry, const char* name) {
    ModelInfo info = describe<Model>(ModelKind::device, name);
    info.injects_current = DeviceModelOf<Model>::sends_current;
    using Settings = typename Model::Parameters;
    if constexpr (requires(const Settings& p, std::vector<std::string>& problems) {
                      Model::check(p, 0.1, problems);
                  })
        info.check_device = [](const Numbers& numbers, const Arrays& arrays, double resolution,
                               std::vector<std::string>& problems) {
            Model::check(device_parameters<Model>(numbers, arrays), resolution, problems);
        };
    registry.add(std::move(info), std::make_shared<const DeviceModelOf<Model>>());
}

}  // namespace engram
