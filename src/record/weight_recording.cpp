// SPDX-License-Identifier: Apache-2.0
#include "record/weight_recording.hpp"

#include <algorithm>
#include <tuple>

#include "core/time.hpp"
#include "parallel/collectives.hpp"

namespace engram {
namespace {

/// A source's synapses stand side by side, and its segments in their order.
void find_sources(WeightTap& tap, const VirtualProcess& vp, const RowSources& row_sources,
                  GlobalIndex first_source) {
    for (std::size_t row = 0; row < row_sources.size(); ++row) {
        const auto segments = vp.synapses.row(static_cast<Row>(row));
        const auto at = std::find_if(segments.begin(), segments.end(), [&](const Segment& s) {
            return vp.synapses.kind(s).columns == tap.columns;
        });
        if (at == segments.end()) continue;
        tap.source_begin.push_back(at->begin());
        tap.sources.push_back(row_sources[row] - first_source);
    }
}

bool is_before(const WeightTap& a, const WeightTap& b) {
    return std::tie(a.columns, a.first) < std::tie(b.columns, b.first);
}

WeightTap* find_tap(VirtualProcess& vp, std::size_t projection) {
    const auto at =
        std::find_if(vp.weight_taps.begin(), vp.weight_taps.end(),
                     [&](const WeightTap& tap) { return tap.projection == projection; });
    return at == vp.weight_taps.end() ? nullptr : &*at;
}

/// Has the VPs read the weights of a projection.
void tap_projection(RankState& state, const Network& network, std::size_t projection) {
    const auto& p = network.projections[projection];
    for (auto& vp : state.vps) {
        if (find_tap(vp, projection) != nullptr) continue;
        const ProjectionPlace& place = vp.synapses.places[projection];
        const NeuronSlice& slice = vp.slices[p.target];
        WeightTap tap{.projection = projection,
                      .columns = place.columns,
                      .first = place.first_target,
                      .targets = slice.size,
                      .target_begin = slice.begin,
                      .source_begin = {},
                      .sources = {},
                      .weights = {}};
        find_sources(tap, vp, state.row_sources, network.populations[p.source].first);
        const auto at =
            std::upper_bound(vp.weight_taps.begin(), vp.weight_taps.end(), tap, is_before);
        vp.weight_taps.insert(at, std::move(tap));
    }
}

}  // namespace

WeightRecording::WeightRecording(const Network::Recorder& recorder, RecordingContext& context,
                                 RankState& state)
    : Recording(recorder, context),
      active_(window_of(recorder, context.network.resolution)),
      memory_(recorder.projections.size()) {
    parallel::collectively(context_.comm, [&] {
        for (const std::size_t p : recorder.projections) tap_projection(state, context.network, p);
    });
    if (!to_file_) return;
    std::vector<WeightReport::Part> parts;
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        const auto& p = context_.network.projections[recorder.projections[i]];
        const auto& populations = context_.network.populations;
        if (is_taken_over(recorder.name, p.name)) continue;
        parts.push_back({p.name, populations[p.source].name, populations[p.target].name,
                         populations[p.target].model->input_unit,
                         context_.positions.at(position_key(recorder.name, p.name))});
    }
    report_ =
        std::make_unique<WeightReport>(context_.comm, report_path(context_.folder, recorder.name),
                                       parts, context_.network.resolution);
}

void WeightRecording::flush(RankState& state, Step from) {
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        std::vector<TransmittedWeight> local;
        parallel::collectively(context_.comm, [&] {
            for (auto& vp : state.vps)
                for (const auto& one : find_tap(vp, recorder_.projections[i])->weights)
                    if (active_.contains(one.arrival - static_cast<Step>(one.delay)))
                        local.push_back(one);
            if (to_file_) return;
            std::stable_sort(local.begin(), local.end(), arrives_before);
            memory_[i].insert(memory_[i].end(), local.begin(), local.end());
        });
        if (report_) report_->append(projection(i), local, from, state.now);
        context_.positions.at(position_key(recorder_.name, projection(i))) +=
            parallel::sum<std::uint64_t>(context_.comm, local.size());
    }
}

void WeightRecording::sync() const {
    if (report_) report_->sync();
}

void WeightRecording::finish() {
    if (report_) report_->finish();
}

void WeightRecording::take_over(Recording& before) {
    auto& old = dynamic_cast<WeightRecording&>(before);
    for_common_parts(old,
                     [&](std::size_t i, std::size_t j) { memory_[i] = std::move(old.memory_[j]); });
    if (report_) report_->take_over(*old.report_);
}

std::vector<Events> WeightRecording::events() const {
    require_memory();
    const double resolution = context_.network.resolution;
    std::vector<Events> result(memory_.size());
    for (std::size_t i = 0; i < memory_.size(); ++i) {
        Events& events = result[i];
        events.from = projection(i);
        auto& weight = events.values["weight"];
        auto& delay = events.values["delay"];
        auto& receptor = events.values["receptor"];
        for (const TransmittedWeight& one : memory_[i]) {
            events.times.push_back(to_ms(one.arrival - static_cast<Step>(one.delay), resolution));
            events.nodes.push_back(one.source);
            events.targets.push_back(one.target);
            weight.push_back(one.weight);
            delay.push_back(to_ms(one.delay, resolution));
            receptor.push_back(one.receptor);
        }
    }
    return result;
}

void WeightRecording::clear(Step) {
    for (auto& weights : memory_) weights = {};
}

std::uint64_t WeightRecording::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& weights : memory_) sum += weights.capacity() * sizeof(TransmittedWeight);
    return sum;
}

}  // namespace engram
