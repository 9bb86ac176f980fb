// The one table of a chip file's keys: key, member, range. Reading, writing, `--set` and the list of keys walk it.
#pragma once
#include "tarn/Chip/Chip.h"

namespace tarn {

/// Bounds of a number, both inclusive.
struct Range {
  double low, high;
};
constexpr Range count{1, 1 << 20};
constexpr Range bytes{1, 1e12};
constexpr Range nanoseconds{0, 1e9};
constexpr Range clock{1e6, 1e12};
constexpr Range rate{1e-3, 1e6};
constexpr Range factor{0, 1e3};
constexpr Range truth{0, 1};

/// Calls f(key, member, range) for each parameter. Members are int64_t, double, bool, Law, DTypeSet, PerEngine, lists of names or of lists.
template <typename Self, typename F> void forEachParameter(Self &chip, F &&f) {
  f("core_version", chip.coreVersion, Range{2, 4});
  f("partitions", chip.partitions, Range{1, 128});

  f("dtypes", chip.dtypes, truth);
  f("sbuf.bytes_per_partition", chip.sbuf.bytesPerPartition, Range{1, 262144});
  f("sbuf.usable_bytes_per_partition", chip.sbuf.usableBytesPerPartition, Range{1, 262144});
  f("sbuf.sector_bytes", chip.sbuf.sectorBytes, count);
  f("psum.banks", chip.psum.banks, Range{1, 64});
  f("psum.bank_bytes_per_partition", chip.psum.bankBytesPerPartition, Range{4, 1 << 20});
  f("hbm.bytes", chip.hbm.bytes, bytes);
  f("hbm.bytes_per_ns", chip.hbm.bytesPerNs, rate);

  f("pe.clock_hz", chip.pe.clockHz, clock);
  f("pe.throttled_clock_hz", chip.pe.throttledClockHz, clock);
  f("pe.max_stationary", chip.pe.maxStationary, Range{1, 128});
  f("pe.max_moving", chip.pe.maxMoving, Range{1, 65535});
  f("pe.output_banks", chip.pe.outputBanks, Range{1, 64});
  f("pe.bf16_output", chip.pe.bf16Output, truth);
  f("pe.min_tile", chip.pe.minTile, Range{1, 128});
  f("pe.min_other_tile", chip.pe.minOtherTile, Range{1, 128});
  f("pe.min_matmul_cycles", chip.pe.minMatmulCycles, count);
  f("pe.fast_load_columns", chip.pe.fastLoadColumns, count);
  f("pe.fp32_passes", chip.pe.fp32Passes, count);
  f("pe.fp32_load_factor", chip.pe.fp32LoadFactor, count);
  f("pe.load_fixed_ns", chip.pe.loadFixedNs, nanoseconds);
  f("pe.load_fixed_cycles", chip.pe.loadFixedCycles, nanoseconds);
  f("pe.load_issue_ns", chip.pe.loadIssueNs, nanoseconds);
  f("pe.matmul_fixed_ns", chip.pe.matmulFixedNs, nanoseconds);
  f("pe.matmul_fixed_cycles", chip.pe.matmulFixedCycles, nanoseconds);
  f("pe.issue_gap_ns", chip.pe.issueGapNs, nanoseconds);
  f("pe.throttled_issue_gap_ns", chip.pe.throttledIssueGapNs, nanoseconds);
  f("pe.empty_pipeline_ns", chip.pe.emptyPipelineNs, nanoseconds);
  f("pe.excess_sector_ns", chip.pe.excessSectorNs, nanoseconds);
  f("pe.queue", chip.pe.queue, count);
  f("pe.throttle", chip.pe.throttle, truth);
  f("pe.throttle_window_ns", chip.pe.throttleWindowNs, Range{1, 1e9});
  f("pe.throttle_threshold_cycles", chip.pe.throttleThresholdCycles, nanoseconds);
  f("pe.throttle_phase_ns", chip.pe.throttlePhaseNs, nanoseconds);
  f("pe.throttle_free_ns", chip.pe.throttleFreeNs, nanoseconds);

  f("act.clock_hz", chip.act.clockHz, clock);
  f("act.immediate_bias", chip.act.immediateBias, truth);
  f("act.copies", chip.act.copies, truth);
  f("act.table_load_ns", chip.act.tableLoadNs, nanoseconds);
  f("act.drain_ns", chip.act.drainNs, nanoseconds);
  f("act.min_issue_cycles", chip.act.minIssueCycles, nanoseconds);
  f("act.pointer_ns", chip.act.pointerNs, nanoseconds);
  f("act.excess_sector_ns", chip.act.excessSectorNs, nanoseconds);
  f("act.far_stride_ns", chip.act.farStrideNs, nanoseconds);
  f("act.copy_fp32", chip.act.copyFp32, nanoseconds);
  f("act.copy_bf16", chip.act.copyBf16, nanoseconds);
  f("act.copy_fp32_to_bf16", chip.act.copyFp32ToBf16, nanoseconds);
  f("act.copy_bf16_to_fp32", chip.act.copyBf16ToFp32, nanoseconds);
  f("act.copy_psum_fp32", chip.act.copyPsumFp32, nanoseconds);
  f("act.copy_psum_to_bf16", chip.act.copyPsumToBf16, nanoseconds);
  f("act.copy_psum_int32", chip.act.copyPsumInt32, nanoseconds);
  f("act.affine_fp32", chip.act.affineFp32, nanoseconds);
  f("act.affine_bf16", chip.act.affineBf16, nanoseconds);
  f("act.affine_fp32_to_bf16", chip.act.affineFp32ToBf16, nanoseconds);
  f("act.affine_psum", chip.act.affinePsum, nanoseconds);
  f("act.affine_to_psum", chip.act.affineToPsum, nanoseconds);
  f("act.function_fp32", chip.act.functionFp32, nanoseconds);
  f("act.function_fp32_to_bf16", chip.act.functionFp32ToBf16, nanoseconds);
  f("act.function_bf16", chip.act.functionBf16, nanoseconds);
  f("act.function_psum", chip.act.functionPsum, nanoseconds);
  f("act.composite_factor", chip.act.compositeFactor, factor);
  f("act.composite_functions", chip.act.compositeFunctions, truth);
  f("act.read_accumulator_issue_ns", chip.act.readAccumulatorIssueNs, nanoseconds);
  f("act.read_accumulator_ns", chip.act.readAccumulatorNs, nanoseconds);
  f("act.psum_copy_spacing_ns", chip.act.psumCopySpacingNs, nanoseconds);
  f("act.psum_activation_spacing_ns", chip.act.psumActivationSpacingNs, nanoseconds);
  f("act.queue", chip.act.queue, count);
  f("act.tables", chip.act.tables, truth);

  f("dve.clock_hz", chip.dve.clockHz, clock);
  f("dve.drain_ns", chip.dve.drainNs, nanoseconds);
  f("dve.min_issue_cycles", chip.dve.minIssueCycles, nanoseconds);
  f("dve.pointer_ns", chip.dve.pointerNs, nanoseconds);
  f("dve.sector_cycles", chip.dve.sectorCycles, factor);
  f("dve.copy_fp32", chip.dve.copyFp32, nanoseconds);
  f("dve.copy_bf16", chip.dve.copyBf16, nanoseconds);
  f("dve.copy_fp32_to_bf16", chip.dve.copyFp32ToBf16, nanoseconds);
  f("dve.copy_bf16_to_fp32", chip.dve.copyBf16ToFp32, nanoseconds);
  f("dve.copy_fp32_to_int32", chip.dve.copyFp32ToInt32, nanoseconds);
  f("dve.copy_fp32_to_int8", chip.dve.copyFp32ToInt8, nanoseconds);
  f("dve.copy_psum_fp32", chip.dve.copyPsumFp32, nanoseconds);
  f("dve.copy_psum_to_bf16", chip.dve.copyPsumToBf16, nanoseconds);
  f("dve.copy_fp8", chip.dve.copyFp8, nanoseconds);
  f("dve.memset", chip.dve.memset, nanoseconds);
  f("dve.tensor_scalar_fp32", chip.dve.tensorScalarFp32, nanoseconds);
  f("dve.tensor_scalar_bf16", chip.dve.tensorScalarBf16, nanoseconds);
  f("dve.tensor_scalar_psum", chip.dve.tensorScalarPsum, nanoseconds);
  f("dve.tensor_tensor_fp32", chip.dve.tensorTensorFp32, nanoseconds);
  f("dve.tensor_tensor_bf16", chip.dve.tensorTensorBf16, nanoseconds);
  f("dve.tensor_tensor_psum", chip.dve.tensorTensorPsum, nanoseconds);
  f("dve.scalar_tensor_tensor", chip.dve.scalarTensorTensor, nanoseconds);
  f("dve.reduce", chip.dve.reduce, nanoseconds);
  f("dve.reduce_psum", chip.dve.reducePsum, nanoseconds);
  f("dve.reciprocal", chip.dve.reciprocal, nanoseconds);
  f("dve.copy_predicated", chip.dve.copyPredicated, nanoseconds);
  f("dve.bn_stats", chip.dve.bnStats, nanoseconds);
  f("dve.scan", chip.dve.scan, nanoseconds);
  f("dve.single", chip.dve.single, nanoseconds);
  f("dve.quadruple", chip.dve.quadruple, nanoseconds);
  f("dve.accumulate_cycles", chip.dve.accumulateCycles, nanoseconds);
  f("dve.bn_aggr_cycles", chip.dve.bnAggrCycles, factor);
  f("dve.shuffle", chip.dve.shuffle, nanoseconds);
  f("dve.transpose", chip.dve.transpose, nanoseconds);
  f("dve.transpose_drain_ns", chip.dve.transposeDrainNs, nanoseconds);
  f("dve.transpose_change_ns", chip.dve.transposeChangeNs, nanoseconds);
  f("dve.queue", chip.dve.queue, count);

  f("pool.clock_hz", chip.pool.clockHz, clock);
  f("pool.drain_ns", chip.pool.drainNs, nanoseconds);
  f("pool.min_issue_cycles", chip.pool.minIssueCycles, nanoseconds);
  f("pool.affine_select", chip.pool.affineSelect, nanoseconds);
  f("pool.iota", chip.pool.iota, nanoseconds);
  f("pool.elementwise", chip.pool.elementwise, nanoseconds);
  f("pool.queue", chip.pool.queue, count);

  f("dma.hardware_dge", chip.dma.hardwareDge, truth);
  f("dma.engines", chip.dma.engines, Range{1, 1024});
  f("dma.queues_per_engine", chip.dma.queuesPerEngine, Range{1, 1024});
  f("dma.bytes_per_ns", chip.dma.bytesPerNs, rate);
  f("dma.max_element_bytes", chip.dma.maxElementBytes, Range{64, 1 << 20});
  f("dma.partition_group", chip.dma.partitionGroup, Range{1, 128});
  f("dma.element_ns", chip.dma.elementNs, nanoseconds);
  f("dma.element_period_ns", chip.dma.elementPeriodNs, nanoseconds);
  f("dma.semaphore_element_ns", chip.dma.semaphoreElementNs, nanoseconds);
  f("dma.cast_element_ns", chip.dma.castElementNs, nanoseconds);
  f("dma.window_elements", chip.dma.windowElements, count);
  f("dma.sp_trigger_ns", chip.dma.spTriggerNs, nanoseconds);
  f("dma.act_trigger_ns", chip.dma.actTriggerNs, nanoseconds);
  f("dma.trigger_element_ns", chip.dma.triggerElementNs, nanoseconds);
  f("dma.trigger_first_ns", chip.dma.triggerFirstNs, nanoseconds);
  f("dma.trigger_spacing_ns", chip.dma.triggerSpacingNs, nanoseconds);
  f("dma.pool_trigger_ns", chip.dma.poolTriggerNs, nanoseconds);
  f("dma.pool_trigger_spacing_ns", chip.dma.poolTriggerSpacingNs, nanoseconds);
  f("dma.pool_wait_ns", chip.dma.poolWaitNs, nanoseconds);
  f("dma.hwdge_load_ns", chip.dma.hwdgeLoadNs, nanoseconds);
  f("dma.hwdge_store_ns", chip.dma.hwdgeStoreNs, nanoseconds);
  f("dma.swdge_load_ns", chip.dma.swdgeLoadNs, nanoseconds);
  f("dma.swdge_store_ns", chip.dma.swdgeStoreNs, nanoseconds);
  f("dma.prebuilt_trigger_ns", chip.dma.prebuiltTriggerNs, nanoseconds);
  f("dma.prebuilt_latency_ns", chip.dma.prebuiltLatencyNs, nanoseconds);
  f("dma.load_stagger_ns", chip.dma.loadStaggerNs, nanoseconds);
  f("dma.store_stagger_ns", chip.dma.storeStaggerNs, nanoseconds);
  f("dma.gather_store_ns", chip.dma.gatherStoreNs, nanoseconds);
  f("dma.cold_long_row_ns", chip.dma.coldLongRowNs, nanoseconds);
  f("dma.cold_short_row_ns", chip.dma.coldShortRowNs, nanoseconds);
  f("dma.cold_swdge_ns", chip.dma.coldSwdgeNs, nanoseconds);
  f("dma.cold_swdge_again_ns", chip.dma.coldSwdgeAgainNs, nanoseconds);
  f("dma.cold_backlog_bytes", chip.dma.coldBacklogBytes, Range{0, 1e12});
  f("dma.slow_engine_ns", chip.dma.slowEngineNs, nanoseconds);
  f("dma.slow_engine_queued_ns", chip.dma.slowEngineQueuedNs, nanoseconds);
  f("dma.slow_engine_beside_loads_ns", chip.dma.slowEngineBesideLoadsNs, nanoseconds);
  f("dma.notify_ns", chip.dma.notifyNs, nanoseconds);
  f("dma.ring_bytes", chip.dma.ringBytes, bytes);
  f("dma.semaphore_increment", chip.dma.semaphoreIncrement, Range{1, 65535});

  f("semaphore.to_pe_ns", chip.semaphore.toPeNs, nanoseconds);
  f("semaphore.to_act_ns", chip.semaphore.toActNs, nanoseconds);
  f("semaphore.to_dve_ns", chip.semaphore.toDveNs, nanoseconds);
  f("semaphore.to_pool_ns", chip.semaphore.toPoolNs, nanoseconds);
  f("semaphore.to_sp_ns", chip.semaphore.toSpNs, nanoseconds);
  f("semaphore.to_dma_trigger_ns", chip.semaphore.toDmaTriggerNs, nanoseconds);
  f("semaphore.event_ns", chip.semaphore.eventNs, nanoseconds);
  f("semaphore.event_gap_ns", chip.semaphore.eventGapNs, nanoseconds);
  f("semaphore.event_update_ns", chip.semaphore.eventUpdateNs, nanoseconds);
  f("semaphore.forward_ns", chip.semaphore.forwardNs, nanoseconds);

  f("control.nop_ns", chip.control.nopNs, nanoseconds);
  f("control.drain_ns", chip.control.drainNs, nanoseconds);
  f("control.register_ns", chip.control.registerNs, nanoseconds);
  f("control.runtime_address_ns", chip.control.runtimeAddressNs, nanoseconds);
  f("control.branch_pe_ns", chip.control.branchPeNs, nanoseconds);
  f("control.branch_act_ns", chip.control.branchActNs, nanoseconds);
  f("control.branch_dve_ns", chip.control.branchDveNs, nanoseconds);
  f("control.branch_pool_ns", chip.control.branchPoolNs, nanoseconds);
  f("control.branch_sp_ns", chip.control.branchSpNs, nanoseconds);
  f("control.fetch_window", chip.control.fetchWindow, count);
  f("control.refill_ns", chip.control.refillNs, nanoseconds);
  f("control.gap_ns", chip.control.gapNs, nanoseconds);
  f("launch.overhead_ns", chip.launch.overheadNs, nanoseconds);
  f("launch.release_ns", chip.launch.releaseNs, nanoseconds);
  f("launch.event_ns", chip.launch.eventNs, nanoseconds);
  f("launch.write_ns", chip.launch.writeNs, nanoseconds);
  f("launch.load_ns", chip.launch.loadNs, nanoseconds);
  f("launch.load_pair_ns", chip.launch.loadPairNs, nanoseconds);
  f("launch.notify_ns", chip.launch.notifyNs, nanoseconds);
  f("launch.order_ns", chip.launch.orderNs, nanoseconds);
  f("launch.clear_ns", chip.launch.clearNs, nanoseconds);
  f("launch.load_pair_gap_ns", chip.launch.loadPairGapNs, nanoseconds);
  f("launch.order_gap_ns", chip.launch.orderGapNs, nanoseconds);
  f("numerics.stochastic_rounding", chip.numerics.stochasticRounding, truth);
  f("numerics.seed", chip.numerics.seed, Range{0, 9007199254740992.0});
}

} // namespace tarn
