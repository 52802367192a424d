package dev.firn.engine;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * The commit pipeline for a model checker: puts, batches, reads and snapshots of two keys. One
 * sequential order of the operations must explain all results.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class CommitModel {

  private final CommitPipeline pipeline = new CommitPipeline(CommitPipeline.file());

  /** Writes one key. */
  @Operation
  public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
    pipeline.put(value, false, key);
  }

  /** Writes both keys in one batch. */
  @Operation
  public void putBoth(@Param(name = "value") int value) {
    pipeline.put(value, false, 0, 1);
  }

  /** Reads the newest value of a key. */
  @Operation
  public int get(@Param(name = "key") int key) {
    return pipeline.get(key, PointReader.LATEST);
  }

  /** Reads both keys at one sequence. */
  @Operation
  public String getBoth() {
    long sequence = pipeline.visible.get();
    return pipeline.get(0, () -> sequence) + " and " + pipeline.get(1, () -> sequence);
  }

  /** Checks that every reference is released. */
  @Validate
  public void end() {
    pipeline.end();
  }

  /** The sequential specification. */
  public static class Specification {

    private final int[] values = new int[2];

    /** See {@link CommitModel#put}. */
    public void put(int key, int value) {
      values[key] = value;
    }

    /** See {@link CommitModel#putBoth}. */
    public void putBoth(int value) {
      values[0] = value;
      values[1] = value;
    }

    /** See {@link CommitModel#get}. */
    public int get(int key) {
      return values[key];
    }

    /** See {@link CommitModel#getBoth}. */
    public String getBoth() {
      return values[0] + " and " + values[1];
    }
  }
}
