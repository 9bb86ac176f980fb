// What a machine is: capacities, clocks, costs. Read from a YAML file in which each number has a source.
//
// The members mirror the keys of the file: `sbuf.usable_bytes_per_partition` is `sbuf.usableBytesPerPartition`. The one
// table of keys, members and ranges is lib/Chip/Parameters.h; the numbers with their sources are lib/Chip/*.yaml.
#pragma once
#include "tarn/Support/DType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tarn {

/// A time that grows with the elements a partition streams: `fixedNs + nsPerElement * elements`. Written
/// `[fixed_ns, ns_per_element]` in the file.
struct Law {
  double fixedNs = 0;
  double nsPerElement = 0;
  bool operator==(const Law &other) const { return fixedNs == other.fixedNs && nsPerElement == other.nsPerElement; }
};

/// A number for each engine: pe, act, dve, pool, sp.
struct PerEngine {
  std::array<double, 5> values{};
  double operator[](unsigned engine) const { return values[engine]; }
};

/// How well a number is founded: published by AWS, measured by a third party, inferred, or put in by the user (`--set`).
enum class Evidence : uint8_t { documented, measured, assumed, override_ };

struct Provenance {
  std::string source; // "facts 5.3"
  Evidence evidence = Evidence::assumed;
};

/// Data types that a chip has.
struct DTypeSet {
  uint64_t bits = 0;
  bool has(DType type) const { return bits >> static_cast<unsigned>(type) & 1; }
  void add(DType type) { bits |= uint64_t(1) << static_cast<unsigned>(type); }
};

struct Chip {
  std::string name;
  int64_t coreVersion = 0; // of the NeuronCore: instruction records say from which on they exist
  int64_t partitions = 0;
  DTypeSet dtypes;

  struct Sbuf {
    int64_t usableBytesPerPartition = 0; // what the compiler may use
    int64_t bytesPerPartition = 0;       // what the bounds check allows
    int64_t sectorBytes = 0;             // unit in which a partition is read
    bool dveBesidePool = false;          // DVE and POOL work in SBUF at the same time
    bool sharedBus = false;              // then DVE at one element a cycle
  } sbuf;

  struct Psum {
    int64_t banks = 0;
    int64_t bankBytesPerPartition = 0;
    bool dveBesideAct = false; // DVE and ACT work in different banks at the same time
  } psum;

  struct Hbm {
    int64_t bytes = 0;
    double bytesPerNs = 0;
  } hbm;

  struct Pe {
    double clockHz = 0;
    double throttledClockHz = 0;
    int64_t maxStationary = 0;   // free elements of a stationary operand
    int64_t maxMoving = 0;       // free elements of a moving operand
    int64_t minMatmulCycles = 0; // per pass
    int64_t fastLoadColumns = 0; // columns that load_stationary takes a cycle, of dtypes of up to 16 bits
    int64_t fp32Passes = 0;      // streams of the moving operand in an fp32 matmul
    int64_t fp32LoadFactor = 0;  // cycles a column of a low or high part
    double loadFixedNs = 0;      // load_stationary completes after fixedNs + (fixedCycles + stream) / clock
    double loadFixedCycles = 0;
    double loadIssueNs = 0;   // from the start of a matmul's stream to the load that hides behind it
    double matmulFixedNs = 0; // the same for matmul
    double matmulFixedCycles = 0;
    double issueGapNs = 0; // between two streams, at full clock
    double throttledIssueGapNs = 0;
    double emptyPipelineNs = 0; // from the end of a load to the stream of a matmul that waited for it
    int64_t outputBanks = 0;    // banks of PSUM that a result may span
    bool bf16Output = false;    // results may be added into bf16 PSUM
    int64_t minTile = 0;        // smallest side of a tile of the array
    int64_t minOtherTile = 0;   // smallest other side when one is minTile
    double excessSectorNs = 0;  // per pass and sector of the moving operand beyond one for two elements
    int64_t queue = 0;          // instructions that the sequencer runs ahead of the data path
    bool throttle = false;      // the rules of the power throttle hold
    double throttleWindowNs = 0;
    double throttleThresholdCycles = 0; // stream cycles in a window that make the next one run at full clock
    double throttlePhaseNs = 0;         // start of a window after time 0
    double transposeChainFactor = 1;    // time of a transpose that follows another one, over that of one alone
    double throttleFreeNs = 0;          // work after idling that runs at full clock in a throttled window
  } pe;

  struct Act {
    double clockHz = 0;
    bool immediateBias = false; // bias may be an immediate other than 0
    bool copies = false;        // has tensor_copy, bit exact, and tensor_scalar
    double tableLoadNs = 0;
    double drainNs = 0; // from the next instruction's earliest start to completion
    double minIssueCycles = 0;
    double pointerNs = 0;      // per [P,1] operand beyond those that the law includes
    double excessSectorNs = 0; // per sector read beyond one for two elements
    double farStrideNs = 0;    // per element and per 4 bytes of stride between 64 and 96 bytes
    Law copyFp32, copyBf16, copyFp32ToBf16, copyBf16ToFp32, copyPsumFp32, copyPsumToBf16, copyPsumInt32;
    Law affineFp32, affineBf16, affineFp32ToBf16, affinePsum, affineToPsum; // no pointer included
    Law functionFp32, functionFp32ToBf16, functionBf16, functionPsum;       // one pointer included
    double compositeFactor = 0; // streaming time of composite functions over that of simple ones
    std::vector<std::string> compositeFunctions;
    double readAccumulatorIssueNs = 0;
    double readAccumulatorNs = 0;
    double psumCopySpacingNs = 0; // completions of queued copies from PSUM are F/clock + this apart
    double psumActivationSpacingNs = 0;
    int64_t queue = 0;
    std::vector<std::vector<std::string>> tables; // functions of each table
  } act;

  struct Dve {
    double clockHz = 0;
    double drainNs = 0;
    double minIssueCycles = 0;
    double pointerNs = 0;
    double sectorCycles = 0; // cycles a sector read takes at least
    Law copyFp32, copyBf16, copyFp32ToBf16, copyBf16ToFp32, copyFp32ToInt32, copyFp32ToInt8, copyPsumFp32,
        copyPsumToBf16;
    Law copyFp8; // fp8 to fp8
    Law memset;
    Law tensorScalarFp32, tensorScalarBf16, tensorScalarPsum;
    Law tensorTensorFp32, tensorTensorBf16, tensorTensorPsum;
    Law scalarTensorTensor;
    Law reduce, reducePsum;
    Law reciprocal, copyPredicated, bnStats, shuffle, transpose;
    Law scan;                    // tensor_tensor_scan
    Law single, quadruple;       // what streams one element, and four, a cycle
    double accumulateCycles = 0; // added by tensor_scalar_reduce
    double bnAggrCycles = 0;     // cycles an input element
    double transposeDrainNs = 0;
    double transposeChangeNs = 0; // added when the quadrants differ from those of the last transpose
    int64_t queue = 0;
  } dve;

  struct Pool {
    double clockHz = 0;
    double drainNs = 0;
    double minIssueCycles = 0;
    Law affineSelect, iota, elementwise, partitionReduce;
    double gatherIndexCycles = 0; // local_gather: (these + element cycles * E) for an index of E elements
    double gatherElementCycles = 0;
    int64_t gatherGroup = 0; // elements that n_gather takes in one of its instructions
    double topkCycles = 0;   // for each of the n elements
    int64_t queue = 0;
  } pool;

  struct Dma {
    bool hardwareDge = false; // SP and ACT have hardware that makes descriptors
    int64_t engines = 0;
    int64_t queuesPerEngine = 0;
    double bytesPerNs = 0; // of one engine
    int64_t maxElementBytes = 0;
    int64_t partitionGroup = 0;    // partitions of SBUF that share an engine
    double elementNs = 0;          // duration of an element: elementNs + bytes / bytesPerNs
    double elementPeriodNs = 0;    // the same from one element to the next
    double semaphoreElementNs = 0; // the write of a completion, from element to element
    double castElementNs = 0;      // added to each element of a DMA that casts
    int64_t windowElements = 0;    // elements of 4 KiB accepted by an engine before their writes
    double spTriggerNs = 0; // occupancy of the engine that triggers: triggerNs + elementNs * elements a DMA engine
    double actTriggerNs = 0;
    double triggerElementNs = 0;
    double triggerFirstNs = 0;   // added to the first trigger of an engine
    double triggerSpacingNs = 0; // between the ends of two HWDGE triggers
    PerEngine triggerGapNs;      // from the end of a HWDGE trigger to the next instruction
    double poolTriggerNs = 0;
    double poolTriggerInFlightNs = 0; // added for each of its DMAs that is not complete, up to the next
    double poolTriggerMaxNs = 0;
    double poolTriggerSpacingNs = 0; // from one SWDGE trigger to the next
    double indirectSpacingNs = 0;    // the same of gathers and scatters
    double computeFactor = 0;        // transfer time of a DMA that computes over that of a copy
    double transposeLoadFactor = 0;  // the same of a transpose from HBM into SBUF
    double transposeFactor = 0;      // of the other transposes
    double poolWaitNs = 0;           // wake-up of a SWDGE trigger that had to wait
    double hwdgeLoadNs = 0;          // from the end of the trigger to the first element
    double hwdgeStoreNs = 0;
    double swdgeLoadNs = 0;
    double swdgeStoreNs = 0;
    double prebuiltTriggerNs = 0; // dge_mode none: one write to the ring's tail
    double prebuiltLatencyNs = 0;
    double loadStaggerNs = 0; // start of the last engine after the first
    double storeStaggerNs = 0;
    double gatherStoreNs = 0;  // added to a SWDGE store of rows below 4 KiB
    double coldLongRowNs = 0;  // isolated HWDGE loads of rows of more than coldLongRowBytes
    double coldShortRowNs = 0; // the same of rows of more than coldShortRowBytes; shorter ones are not cold
    int64_t coldLongRowBytes = 0, coldShortRowBytes = 0;
    double coldSwdgeNs = 0; // first SWDGE load: this, and so much for each element of a DMA engine's window
    double coldSwdgeElementNs = 0;
    double coldSwdgeAgainNs = 0; // one in coldSwdgeEvery of the further ones
    int64_t coldSwdgeEvery = 0;
    int64_t coldBacklogBytes = 0;       // unless more than this is under way on its DMA engine
    int64_t slowEngine = 0;             // number of the DMA engine that stores slower than the others; -1: none does
    double slowEngineNs = 0;            // added to 4 KiB of a store on the slowest DMA engine
    double slowEngineQueuedNs = 0;      // the same with a further DMA of its ring behind it
    double slowEngineBesideLoadsNs = 0; // the same with a load beside it
    double notifyNs = 0;                // from the last byte to a waiting engine
    int64_t ringBytes = 0;              // outstanding bytes of a DMA engine that block HWDGE store triggers
    int64_t semaphoreIncrement = 0;
  } dma;

  struct Semaphore {
    double toPeNs = 0; // from a completion to the start of the instruction that waited for it, by the waiting engine
    double toActNs = 0;
    double toDveNs = 0;
    double toPoolNs = 0;
    double toSpNs = 0;
    double toDmaTriggerNs = 0;
    PerEngine eventNs;       // event_semaphore whose condition is met
    PerEngine eventGapNs;    // from its end to the next instruction
    PerEngine eventUpdateNs; // the same with an update
    PerEngine forwardNs;     // from the update that it waited for to its own
  } semaphore;

  struct Control {
    double nopNs = 0;
    PerEngine drainNs; // with nothing to wait for
    PerEngine gapNs;   // from the end of a control instruction to the next one
    double registerNs = 0;
    double tensorLoadNs = 0; // tensor_load
    double writeNs = 0;      // tensor_store
    double rangeClearNs = 0; // semaphore_range_clear
    double notifyNs = 0;
    double orderingModeNs = 0;   // set_ordering_mode
    double runtimeAddressNs = 0; // added to an instruction whose address comes from a register
    double branchPeNs = 0;
    double branchActNs = 0;
    double branchDveNs = 0;
    double branchPoolNs = 0;
    double branchSpNs = 0;
    int64_t fetchWindow = 0; // instructions fetched last, to which a branch costs no refill
    double refillNs = 0;
  } control;

  struct Launch {
    double overheadNs = 0;
    // Steps of the runtime's preamble and postamble (instruction `runtime`).
    PerEngine releaseNs; // until the runtime starts the engine
    PerEngine eventNs, writeNs, loadNs, loadPairNs, notifyNs, orderNs, clearNs;
    PerEngine loadPairGapNs, orderGapNs; // instead of control.gap_ns
  } launch;

  struct Numerics {
    bool stochasticRounding = false; // where values are rounded to narrower floats; else to nearest even
    int64_t seed = 0;                // of stochastic rounding, dropout and random numbers
  } numerics;

  /// Source and evidence of each key.
  std::map<std::string, Provenance> provenance;

  /// The table (index into act.tables) that holds an activation function; act.tables.size() when none does.
  unsigned actTableOf(llvm::StringRef function) const;

  /// A chip by name (trn1, inf2, trn2, trn3), or by path of a YAML file, with `KEY=VALUE` overrides. Errors: an unknown name (the known
  /// ones are listed), a missing, unknown or repeated key, a value out of range, each with file and line.
  static llvm::Expected<Chip> load(llvm::StringRef nameOrPath, llvm::ArrayRef<std::string> overrides = {});
  /// The names of our chips.
  static std::vector<llvm::StringRef> names();
  /// From the text of a file, as it travels in a program. A file may say `like: NAME` of one of our chips and give only
  /// the keys in which it differs; the others become assumptions ("as NAME").
  static llvm::Expected<Chip> parse(llvm::StringRef yaml, llvm::StringRef fileName);
  /// Overrides keys, each as in `pe.clock_hz=2.8e9`. What keys say together is asked when all are set.
  llvm::Error set(llvm::ArrayRef<std::string> overrides);
  /// The resolved file as YAML; `parse` of it gives the same chip.
  std::string toYaml() const;
};

} // namespace tarn
