// Macro operations: what NKI offers as one call and the machine has as several instructions (facts 3.4, 4.3, 4.5). The
// operations stand in include/tarn/Dialect/NISA/NISAOps.td, their expansion in lib/Stages/Schedule/ExpandMacros.cpp.
include "tarn/ISA/Base.td"

def NcMatmul : Macro<"nc_matmul"> {
  let fields = [Out<"dst">, In<"stationary">, In<"moving">];
  let summary = "load_stationary and matmul, twice for fp32";
  let rules = [
    Rule<"nc_matmul_c1", "stationary and moving on as many partitions", "self.stationary.numPartitions == self.moving.numPartitions", "sizes(self.stationary, self.moving)">,
    Rule<"nc_matmul_c2", "dst with a partition for each column of stationary", "self.dst.numPartitions == self.stationary.numElements()", "sizes(self.dst, self.stationary)">,
    Rule<"nc_matmul_c3", "stationary and moving both of fp32, or none of them", "(self.stationary.dtype == DType::fp32) == (self.moving.dtype == DType::fp32)", "dtypesText(self.stationary, self.moving)">];
}

def NcTranspose : Macro<"nc_transpose"> {
  let fields = [Out<"dst">, In<"data">];
  let summary = "load_stationary, and matmul with an identity matrix";
  let rules = [
    Rule<"nc_transpose_c1", "dst with a partition for each element of data, and the other way round", "self.dst.numPartitions == self.data.numElements() && self.dst.numElements() == self.data.numPartitions", "sizes(self.dst, self.data)">,
    Rule<"nc_transpose_c2", "dst and data of one dtype", "self.dst.dtype == self.data.dtype", "dtypesText(self.dst, self.data)">];
}

def ActivationReduce : Macro<"activation_reduce"> {
  let fields = [Out<"dst">, In<"data">, Out<"reduce_res">];
  let summary = "activation that adds to the accumulators, and act_read_accumulator";
  let rules = [
    Rule<"activation_reduce_c1", "reduce_res with one element a partition, and data's partitions", "self.reduce_res.numElements() == 1 && self.reduce_res.numPartitions == self.data.numPartitions", "sizes(self.reduce_res, self.data)">];
}
