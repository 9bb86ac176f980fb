// Accesses that somebody still to come may not know of, as plain lists: a quick answer to "can this access
// conflict with an earlier one?". In a program without races two accesses that conflict are always ordered,
// so an access needs to be compared only with those that it is not ordered behind; and those are few, since
// what everybody knows of is forgotten. AccessMap finds the same, and which conflict to report, but cuts its
// cells along every run of every pattern.
//
// What an engine knows only grows, so of each list it has seen a part for good: the first ones, which it is ordered behind.
// An engine's own accesses come in its order, so behind that part it knows of none; DMAs are asked one by one.
#pragma once
#include "tarn/Proof/AccessMap.h"
#include <deque>

namespace tarn::proof {

class RecentAccesses {
public:
  /// Whether an earlier access that is not `isOrdered` shares a byte with this one so that the two conflict. What the
  /// actor's engine was ordered behind once, it must be ordered behind from then on.
  template <typename IsOrdered>
  bool mayConflict(const Footprint &footprint, const Actor &actor, IsOrdered &&isOrdered) {
    for (unsigned source = 0; source < numSources; ++source)
      for (bool earlierWrites : {true, false}) {
        if (!earlierWrites && !footprint.isWrite)
          continue;
        List &list = lists[static_cast<unsigned>(footprint.memory)][source][earlierWrites];
        if (list.ids.empty() || isExempt(list, source, earlierWrites, footprint, actor))
          continue;
        size_t &first = list.seen[actor.engine];
        while (first < list.ids.size() && isOrdered(list.ids[first]))
          ++first;
        if (list.overlapsAny(footprint, actor, first, source == actor.engine && !actor.isDma, source == dmas,
                             isOrdered))
          return true;
      }
    return false;
  }

  /// `canForget`: whether everybody to come is ordered behind an access, so that it need not be remembered.
  template <typename CanForget> void add(Footprint &&footprint, const Actor &actor, CanForget &&canForget) {
    unsigned source = actor.isDma ? dmas : actor.engine;
    List &list = lists[static_cast<unsigned>(footprint.memory)][source][footprint.isWrite];
    Interval box = intervalOf(footprint);
    list.begins.push_back(box.begin);
    list.ends.push_back(box.end);
    list.ids.push_back(actor.id);
    list.numOthers += !actor.isMatmul;
    list.entries.emplace_back(std::move(footprint), actor);
    ++number;
    if (list.ids.size() < list.forgetAt)
      return;
    number -= list.forget(canForget, source == dmas);
    list.forgetAt = std::max<size_t>(64, 2 * list.ids.size());
  }

  size_t size() const { return number; }
  /// All that is remembered, in the order in which it came.
  std::vector<std::pair<Footprint, Actor>> take();

private:
  static constexpr unsigned dmas = isa::numEngines, numSources = dmas + 1;
  struct Entry {
    Entry(Footprint &&footprint, const Actor &actor) : footprint(std::move(footprint)), actor(actor) {}
    Footprint footprint;
    Actor actor;
  };
  /// From the first to the last byte, in units that make any memory fit; rounded outwards.
  struct Interval {
    int32_t begin, end;
  };
  static Interval intervalOf(const Footprint &footprint) {
    unsigned shift = footprint.memory == isa::Memory::hbm ? 9 : 0;
    return {static_cast<int32_t>(footprint.runs.front().begin >> shift),
            static_cast<int32_t>(((footprint.runs.back().end - 1) >> shift) + 1)};
  }
  struct List {
    std::vector<int32_t> begins, ends;
    std::vector<uint32_t> ids;
    std::deque<Entry> entries;
    size_t numOthers = 0; // that are no matmuls
    size_t forgetAt = 64;
    std::array<size_t, isa::numEngines> seen{}; // how many of the first ones each engine is known to be ordered behind

    template <typename IsOrdered>
    bool overlapsAny(const Footprint &footprint, const Actor &actor, size_t first, bool isOwn, bool isDma,
                     IsOrdered &&isOrdered) const {
      auto [begin, end] = intervalOf(footprint);
      constexpr size_t block = 16;
      for (size_t i = first; i < ids.size(); ++i) {
        // Mostly a whole block is elsewhere, which vector instructions tell at once.
        while (i + block <= ids.size()) {
          int meets = 0;
          for (size_t k = i; k < i + block; ++k)
            meets |= int(begins[k] < end) & int(begin < ends[k]);
          if (meets)
            break;
          i += block;
        }
        if (i == ids.size())
          break;
        if (begins[i] >= end || begin >= ends[i])
          continue;
        const Entry &entry = entries[i];
        if (entry.actor.id == actor.id || (isOwn && actor.isMatmul && entry.actor.isMatmul))
          continue;
        if ((!isDma || !isOrdered(ids[i])) && overlaps(entry.footprint, footprint))
          return true;
      }
      return false;
    }

    /// Returns how many are forgotten: those that can be, of an engine's those before the first that cannot.
    template <typename CanForget> size_t forget(CanForget &&canForget, bool isDma) {
      size_t before = ids.size(), kept = 0;
      std::array<size_t, isa::numEngines> seenBefore = seen;
      for (size_t i = 0; i < before; ++i) {
        if ((isDma || kept == 0) && canForget(ids[i])) {
          numOthers -= !entries[i].actor.isMatmul;
          for (unsigned e = 0; e < isa::numEngines; ++e)
            seen[e] -= i < seenBefore[e];
          continue;
        }
        begins[kept] = begins[i];
        ends[kept] = ends[i];
        ids[kept] = ids[i];
        if (isDma && kept != i)
          entries[kept] = std::move(entries[i]);
        ++kept;
      }
      begins.resize(kept);
      ends.resize(kept);
      ids.resize(kept);
      while (entries.size() > kept)
        isDma ? entries.pop_back() : entries.pop_front();
      return before - kept;
    }
  };

  /// Program order of one engine: what needs no order by semaphores (AccessMap.h).
  static bool isExempt(const List &list, unsigned source, bool earlierWrites, const Footprint &footprint,
                       const Actor &actor) {
    if (actor.isDma || source != actor.engine)
      return false;
    return !earlierWrites || !footprint.isRead || (actor.isMatmul && list.numOthers == 0);
  }

  std::array<std::array<std::array<List, 2>, numSources>, 3> lists; // by memory, source, and whether they write
  size_t number = 0;
};

} // namespace tarn::proof
