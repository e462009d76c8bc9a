// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <tuple>
#include <utility>

#include "engram/model.hpp"

#include "core/buffer.hpp"
#include "core/vectors.hpp"
#include "state/neuron_block.hpp"

namespace engram {

/// The driver of every neuron model: loads a neuron's state from its columns into the model's
/// State, lets the model advance it, stores it back. The compiler vectorises this loop, since a
/// model's update has no branches.
template <class Model>
class NeuronBlockOf final : public NeuronBlock {
    using Settings = typename Model::Parameters;
    using State = typename Model::State;
    using Constants = typename Model::Constants;
    static constexpr std::size_t receptors = std::size(Model::receptors);
    static constexpr std::size_t n_fields =
        std::tuple_size_v<std::remove_cvref_t<decltype(Model::state_fields)>>;
    static constexpr std::size_t chunk = 512;
    /// State fields that every step needs. A model may have others, which then stand behind these
    /// and stay zero unless `Model::uses_all_state(constants)`: neither read nor written meanwhile.
    static constexpr std::size_t n_common = [] {
        if constexpr (requires { Model::common_state_fields; }) return Model::common_state_fields;
        else return n_fields;
    }();

public:
    /// Whether currents that devices inject drive the model: its `update` asks for them.
    static constexpr bool takes_current =
        requires(State & state, const Constants& constants,
                 const std::array<double, receptors>& input, double current) {
        Model::update(state, constants, input, current);
    };

    /// Whether the model has a branch-free attempt at a step besides `update`, which then is called
    /// for those neurons alone whose attempt was refused.
    static constexpr bool attempts =
        requires(State & state, const Constants& constants,
                 const std::array<double, receptors>& input, double current, bool usable) {
        Model::attempt(state, constants, input, current, usable);
    };

    NeuronBlockOf(std::size_t size, double resolution, const std::vector<ParameterColumn>& columns)
        : size_(size) {
        allocate(std::make_index_sequence<n_fields>{});
        Settings common{};
        bool uniform = true;
        for (const auto& column : columns) {
            if (column.values.size() == 1)
                set_field(common, Model::parameter_fields, column.name, column.values[0]);
            else uniform = false;
        }
        if (uniform) {
            constants_.push_back(Model::constants(common, resolution));
            all_state_ = uses_all_state();
            return;
        }
        for (std::size_t i = 0; i < size; ++i) {
            Settings own = common;
            for (const auto& column : columns)
                if (column.values.size() != 1)
                    set_field(own, Model::parameter_fields, column.name, column.values[i]);
            constants_.push_back(Model::constants(own, resolution));
        }
        all_state_ = uses_all_state();
    }

    std::size_t update(std::span<double* const> inputs, LocalIndex* spiking) override {
        return wide_ ? update_wide(inputs, spiking) : update_plain(inputs, spiking);
    }

    [[nodiscard]] std::size_t size() const override { return size_; }

    [[nodiscard]] std::vector<double> state(std::string_view name) const override {
        std::vector<double> values(size_);
        copy_state(name, values);
        return values;
    }

    void copy_state(std::string_view name, std::span<double> out) const override {
        visit(*this, name, [&](const auto& column) {
            for (std::size_t i = 0; i < size_; ++i) out[i] = static_cast<double>(column[i]);
        });
    }

    void set_state(std::string_view name, std::span<const double> values) override {
        visit(*this, name, [&](auto& column) {
            using Type = std::remove_cvref_t<decltype(column[0])>;
            for (std::size_t i = 0; i < size_; ++i) column[i] = static_cast<Type>(values[i]);
        });
        if (!common(name))
            all_state_ |=
                std::any_of(values.begin(), values.end(), [](double v) { return v != 0.0; });
    }

    [[nodiscard]] std::size_t bytes() const override {
        return std::apply(
                   [](const auto&... column) { return (column.bytes() + ... + std::size_t{0}); },
                   columns_) +
               constants_.size() * sizeof(Constants);
    }

private:
    [[nodiscard]] bool uses_all_state() const {
        if constexpr (n_common == n_fields) return true;
        else
            return std::any_of(
                constants_.begin(), constants_.end(),
                [](const Constants& constants) { return Model::uses_all_state(constants); });
    }
    static bool common(std::string_view name) {
        return [&]<std::size_t... F>(std::index_sequence<F...>) {
            return ((std::get<F>(Model::state_fields).name == name) || ...);
        }
        (std::make_index_sequence<n_common>{});
    }

    template <std::size_t F>
    using FieldType =
        typename std::remove_cvref_t<decltype(std::get<F>(Model::state_fields))>::type;

    template <std::size_t... F>
    static auto column_types(std::index_sequence<F...>) -> std::tuple<Buffer<FieldType<F>>...>;

    template <std::size_t... F>
    void allocate(std::index_sequence<F...>) {
        [[maybe_unused]] const State defaults{};
        [[maybe_unused]] const auto fill = [&](auto& column, auto value) {
            column = std::remove_cvref_t<decltype(column)>(size_);
            std::fill(column.begin(), column.end(), value);
        };
        (fill(std::get<F>(columns_), defaults.*(std::get<F>(Model::state_fields).member)), ...);
    }

    /// Calls `visit_column` with the column `name` of a block, which may be constant.
    template <class Self, class Visit>
    static void visit([[maybe_unused]] Self& self, std::string_view name, Visit visit_column) {
        [&]<std::size_t... F>(std::index_sequence<F...>) {
            ((std::get<F>(Model::state_fields).name == name
                  ? visit_column(std::get<F>(self.columns_))
                  : void()),
             ...);
        }
        (std::make_index_sequence<n_fields>{});
    }

    // The same loops twice: all that they call is inlined into them.
    ENGRAM_WIDE [[gnu::flatten]] std::size_t update_wide(std::span<double* const> inputs,
                                                         LocalIndex* spiking) {
        return update_all(inputs, spiking);
    }
    std::size_t update_plain(std::span<double* const> inputs, LocalIndex* spiking) {
        return update_all(inputs, spiking);
    }

    [[gnu::always_inline]] std::size_t update_all(std::span<double* const> inputs,
                                                  LocalIndex* spiking) {
        using Common = std::make_index_sequence<n_common>;
        using All = std::make_index_sequence<n_fields>;
        if constexpr (attempts)
            return constants_.size() == 1 ? attempt_chunks<true>(inputs, spiking, All{})
                                          : attempt_chunks<false>(inputs, spiking, All{});
        else return update_branchless(inputs, spiking, Common{}, All{});
    }

    template <class Common, class All>
    [[gnu::always_inline]] std::size_t update_branchless(std::span<double* const> inputs,
                                                         LocalIndex* spiking, Common, All) {
        if constexpr (takes_current)
            if (inputs.size() > receptors)
                return constants_.size() == 1 ? update_chunks<true, true>(inputs, spiking, All{})
                                              : update_chunks<false, true>(inputs, spiking, All{});
        if (constants_.size() > 1) return update_chunks<false, false>(inputs, spiking, All{});
        return all_state_ ? update_chunks<true, false>(inputs, spiking, All{})
                          : update_chunks<true, false>(inputs, spiking, Common{});
    }

    template <bool uniform, bool has_current, class Fields>
    [[gnu::always_inline]] std::size_t update_chunks(std::span<double* const> inputs,
                                                     LocalIndex* spiking, Fields fields) {
        std::size_t count = 0;
        alignas(64) std::array<std::uint8_t, chunk> flags{};
        for (std::size_t begin = 0; begin < size_; begin += chunk) {
            const std::size_t n = std::min(chunk, size_ - begin);
            advance<uniform, has_current>(inputs, begin, n, flags.data(), fields);
            count = collect(flags.data(), begin, n, spiking, count);
        }
        return count;
    }

    template <bool uniform, bool has_current, std::size_t... F>
    [[gnu::always_inline]] void advance(std::span<double* const> inputs, std::size_t begin,
                                        std::size_t n, std::uint8_t* __restrict flags,
                                        std::index_sequence<F...>) {
        const Constants shared = constants_.front();
        [[maybe_unused]] const Constants* own = constants_.data() + (uniform ? 0 : begin);
        const std::tuple pointers{std::get<F>(columns_).data() + begin...};
        constexpr std::size_t n_rows = receptors + (has_current ? 1 : 0);
        std::array<double*, n_rows> rows;
        for (std::size_t r = 0; r < n_rows; ++r) rows[r] = inputs[r] + begin;
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i) {
            State state;
            ((state.*(std::get<F>(Model::state_fields).member) = std::get<F>(pointers)[i]), ...);
            std::array<double, receptors> input;
            for (std::size_t r = 0; r < receptors; ++r) {
                input[r] = rows[r][i];
                rows[r][i] = 0.0;
            }
            double current = 0.0;
            if constexpr (has_current) current = std::exchange(rows[receptors][i], 0.0);
            const Constants& constants = uniform ? shared : own[i];
            if constexpr (takes_current) flags[i] = Model::update(state, constants, input, current);
            else flags[i] = Model::update(state, constants, input);
            ((std::get<F>(pointers)[i] = state.*(std::get<F>(Model::state_fields).member)), ...);
        }
    }

    template <bool uniform, class Fields>
    [[gnu::always_inline]] std::size_t attempt_chunks(std::span<double* const> inputs,
                                                      LocalIndex* spiking, Fields fields) {
        std::size_t count = 0;
        alignas(64) std::array<std::uint8_t, chunk> flags{}, refused{};
        for (std::size_t begin = 0; begin < size_; begin += chunk) {
            const std::size_t n = std::min(chunk, size_ - begin);
            attempt<uniform>(inputs, begin, n, flags.data(), refused.data(), fields);
            settle(inputs, begin, n, flags.data(), refused.data(), fields);
            count = collect(flags.data(), begin, n, spiking, count);
        }
        return count;
    }

    /// All neurons of a chunk, as far as that goes without branches; leaves those as they were
    /// whose attempt is not usable, and all inputs.
    template <bool uniform, std::size_t... F>
    [[gnu::always_inline]] void attempt(std::span<double* const> inputs, std::size_t begin,
                                        std::size_t n, std::uint8_t* __restrict flags,
                                        std::uint8_t* __restrict refused,
                                        std::index_sequence<F...>) {
        static constexpr std::array<double, chunk> no_current{};
        const Constants shared = constants_.front();
        [[maybe_unused]] const Constants* own = constants_.data() + (uniform ? 0 : begin);
        const std::tuple pointers{std::get<F>(columns_).data() + begin...};
        const double* currents =
            inputs.size() > receptors ? inputs[receptors] + begin : no_current.data();
        std::array<const double*, receptors> rows;
        for (std::size_t r = 0; r < receptors; ++r) rows[r] = inputs[r] + begin;
#pragma GCC ivdep
        for (std::size_t i = 0; i < n; ++i) {
            State state;
            ((state.*(std::get<F>(Model::state_fields).member) = std::get<F>(pointers)[i]), ...);
            const State before = state;
            std::array<double, receptors> input;
            for (std::size_t r = 0; r < receptors; ++r) input[r] = rows[r][i];
            const Constants& constants = uniform ? shared : own[i];
            bool usable = false;
            const bool spike = Model::attempt(state, constants, input, currents[i], usable);
            ((std::get<F>(pointers)[i] = usable
                                             ? state.*(std::get<F>(Model::state_fields).member)
                                             : before.*(std::get<F>(Model::state_fields).member)),
             ...);
            flags[i] = spike;
            refused[i] = !usable;
        }
    }

    /// Takes the steps whose attempts were refused, and uses up the inputs of all.
    template <std::size_t... F>
    [[gnu::noinline]] void settle(std::span<double* const> inputs, std::size_t begin, std::size_t n,
                                  std::uint8_t* flags, const std::uint8_t* refused,
                                  std::index_sequence<F...>) {
        for (std::size_t i = 0; i < n; ++i) {
            const void* at = std::memchr(refused + i, 1, n - i);
            if (at == nullptr) break;
            i = static_cast<std::size_t>(static_cast<const std::uint8_t*>(at) - refused);
            const std::size_t neuron = begin + i;
            State state;
            ((state.*(std::get<F>(Model::state_fields).member) = std::get<F>(columns_)[neuron]),
             ...);
            std::array<double, receptors> input;
            for (std::size_t r = 0; r < receptors; ++r) input[r] = inputs[r][neuron];
            const double current = inputs.size() > receptors ? inputs[receptors][neuron] : 0.0;
            const Constants& constants = constants_[constants_.size() == 1 ? 0 : neuron];
            flags[i] = Model::update(state, constants, input, current);
            ((std::get<F>(columns_)[neuron] = state.*(std::get<F>(Model::state_fields).member)),
             ...);
        }
        for (double* row : inputs) std::fill_n(row + begin, n, 0.0);
    }

    /// Indices of the set flags, which are 0 or 1. Spikes are rare: of a line of flags that are all
    /// zero none is looked at alone.
    static std::size_t collect(const std::uint8_t* flags, std::size_t begin, std::size_t n,
                               LocalIndex* spiking, std::size_t count) {
        constexpr std::size_t line = 64;
        std::size_t i = 0;
        for (; i + line <= n; i += line) {
            std::array<std::uint64_t, line / 8> words;
            std::memcpy(words.data(), flags + i, line);
            std::uint64_t any = 0;
            for (const std::uint64_t word : words) any |= word;
            if (any == 0) continue;
            for (std::size_t w = 0; w < words.size(); ++w)
                for (std::uint64_t eight = words[w]; eight != 0; eight &= eight - 1)
                    spiking[count++] = static_cast<LocalIndex>(
                        begin + i + 8 * w + static_cast<std::size_t>(std::countr_zero(eight)) / 8);
        }
        for (; i < n; ++i)
            if (flags[i] != 0) spiking[count++] = static_cast<LocalIndex>(begin + i);
        return count;
    }

    std::size_t size_;
    bool wide_ = wide_vectors();
    bool all_state_ = true;             ///< beyond the common fields
    std::vector<Constants> constants_;  ///< one for all neurons, or one for each
    decltype(column_types(std::make_index_sequence<n_fields>{})) columns_;
};

}  // namespace engram
