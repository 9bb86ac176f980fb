// Accesses that were jumped over: those of one operand of one instruction in many periods of a loop. Number,
// place in memory and clock of a member move by a constant from period to period; nested loops give an axis
// each. Whether two members of two families race is decided for all members at once: neither knows the other
// (two linear inequalities) and they share a byte (one equation).
#pragma once
#include "tarn/Proof/AccessMap.h"
#include "tarn/Proof/BoundedSystem.h"
#include "tarn/Proof/Clock.h"

namespace tarn::proof {

struct InstructionRef {
  isa::Engine engine = isa::Engine::pe;
  uint32_t index = 0; // in the engine's stream
};

/// The axis along which not a loop goes on but the trip count of the program (Generalization.h): whatever is
/// compared, both are members for the same trip count. It is the first axis of whoever has it, and then both
/// have it.
constexpr uint32_t tripLoop = UINT32_MAX;

/// What a step along one loop adds.
struct Axis {
  uint32_t loop;           // the jump that made it; families of one jump step together
  uint64_t count;          // of members along it
  int64_t countByTrip = 0; // what a step along the axis of trip counts adds to `count`
  int64_t position = 0, delivery = 0, address = 0;
  llvm::SmallVector<int64_t, 0> clock; // of each component

  int64_t clockAt(unsigned component) const { return component < clock.size() ? clock[component] : 0; }
};

struct Family {
  InstructionRef instruction;
  Actor actor;                         // of the last member
  uint32_t clock = 0;                  // of the first member: what it knows when it starts
  uint64_t position = 0, delivery = 0; // of the first member; delivery 0: updates nothing
  uint16_t counter = 0;
  Footprint footprint; // of the first member
  llvm::SmallVector<Axis, 1> axes;

  /// Of the last member, if `first` is that of the first.
  uint64_t lastPosition() const;
  uint64_t lastDelivery() const;
};

/// What an operand's place moves by from one execution to another; nothing when the footprint changes its
/// form.
std::optional<int64_t> addressStep(const Footprint &from, const Footprint &to);
/// Moves a footprint as far.
void move(Footprint &footprint, int64_t step);

/// A box around all members for AccessMap, filed as coarse and inexact. Nothing: it does not fit the memory
/// (or its members wander through partitions and bytes at once).
std::optional<Footprint> boxOf(const Family &family);

/// An access or a family of them, as the judgement needs it.
struct Member {
  Actor actor;
  uint64_t position = 0, delivery = 0;
  uint16_t counter = 0;
  const Clock *clock = nullptr;
  const Footprint *footprint = nullptr;
  llvm::ArrayRef<Axis> axes;
};

using Answer = BoundedSystem::Answer;
/// Whether a member of the one and a member of the other conflict and are not ordered. Unknown: beyond the
/// budget, or the patterns are too ragged. `trip`: on yes, the step along the axis of trip counts that shows
/// it.
Answer haveRace(const Member &x, const Member &y, int64_t *trip = nullptr);

} // namespace tarn::proof
