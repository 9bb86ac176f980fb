// The passes of the stage Sync: from form `placed` (one ordered stream, addresses) to form `queued` (a stream for each
// engine, tied together by semaphores).
#ifndef TARN_STAGES_SYNC_PASSES
#define TARN_STAGES_SYNC_PASSES

include "mlir/Pass/PassBase.td"

def InsertSemaphores : Pass<"sync-insert-semaphores", "mlir::ModuleOp"> {
  let summary = "Split @main into one queue per engine, ordered by as few semaphore waits as needed";
  let description = [{
    An instruction that touches bytes of an earlier one waits for it, unless program order or an earlier wait implies so.
    Each engine counts those of its instructions that others wait for; a DMA that somebody waits for gets a semaphore of
    which the last DMA is known to be complete where this one is issued. A second wait of an instruction becomes an
    `event_semaphore` in front of it.
    ```mlir
    nisa.dma_copy dst(%a : …) src(%x : …) on sp
    nisa.activation dst(%b : …) data(%a : …) relu on act
    ```
    becomes
    ```mlir
    nisa.queue act { nisa.activation dst(%b : …) data(%a : …) relu on act {wait = #nisa.wait<5, 16>} }
    nisa.queue sp { nisa.dma_copy dst(%a : …) src(%x : …) on sp {update = #nisa.update<5, 16>} }
    ```
    A loop is planned as all its turns, one after the other. Where the turns' plans differ only by a constant, the
    queues keep the loop and its waits grow by the turn, `#nisa.wait<5, 16 step 32>`; turns before and after are written
    out.
    Semaphores 0 to 4 are the engines' (pe, act, dve, pool, sp), those from 5 on the DMAs'.
  }];
  let dependentDialects = ["nisa::NISADialect"];
  let statistics = [
    Statistic<"numWaits", "waits", "Waits inserted">,
    Statistic<"numDependences", "dependences", "Pairs of conflicting instructions that no other order implied">,
    Statistic<"numSemaphores", "semaphores", "Semaphores used">,
    Statistic<"numUnrolled", "unrolled", "Loops that became straight lines">,
  ];
}

#endif
