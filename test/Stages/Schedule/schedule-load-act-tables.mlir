// RUN: tarn-opt %s --schedule-load-act-tables | FileCheck %s

// A table is loaded before the first function and where the next one lies in another table.
// CHECK-LABEL: @main
// CHECK: act_table_load on act
// CHECK-NEXT: activation {{.*}} exp on act
// CHECK-NEXT: activation {{.*}} exp on act
// CHECK-NEXT: act_table_load on act
// CHECK-NEXT: activation {{.*}} tanh on act
// CHECK-NEXT: act_table_load on act
// CHECK-NEXT: activation {{.*}} exp on act
// CHECK-NEXT: return
module attributes {tarn.form = "scheduled"} {
  func.func @main() {
    %a = nisa.alloc : !nisa.tile<sbuf, 128x512xf32>
    nisa.activation dst(%a : !nisa.tile<sbuf, 128x512xf32>) data(%a : !nisa.tile<sbuf, 128x512xf32>) exp on act
    nisa.activation dst(%a : !nisa.tile<sbuf, 128x512xf32>) data(%a : !nisa.tile<sbuf, 128x512xf32>) exp on act
    nisa.activation dst(%a : !nisa.tile<sbuf, 128x512xf32>) data(%a : !nisa.tile<sbuf, 128x512xf32>) tanh on act
    nisa.activation dst(%a : !nisa.tile<sbuf, 128x512xf32>) data(%a : !nisa.tile<sbuf, 128x512xf32>) exp on act
    return
  }
}
