package dev.firn.cli.load;

import dev.firn.MultiTree;
import dev.firn.Store;
import dev.firn.Tree;
import dev.firn.WriteBatch;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of an input into a store, in batches. A bad line drops its batch; the rest of
 * the batch is still read, so that each bad line is reported.
 *
 * <p><b>Threading.</b> Belongs to one thread. <b>Ownership.</b> Closes neither store nor input.
 */
public final class Loader {

  /** Receives each line that is not a record. */
  @FunctionalInterface
  public interface BadLines {
    /** Takes one bad line, by its number from 1, and the reason why it is bad. */
    void accept(long line, String reason);
  }

  /** Notified after each batch. */
  @FunctionalInterface
  public interface Listener {
    /** Takes the count of entries written so far. */
    void batchDone(long entries);
  }

  /** Puts a record into a batch. */
  private interface Target {
    void put(WriteBatch batch, byte[] key, byte[] value);
  }

  private final Store store;
  private final RecordSource source;
  private final LoadSettings settings;
  private final BadLines badLines;
  private final Listener listener;

  private final WriteBatch batch = new WriteBatch();
  private final Map<String, Target> trees = new HashMap<>();
  private final long started = System.nanoTime();

  private int batchLines;
  private long batchBytes;
  private boolean batchIsBad;
  private boolean stopped;
  private long entries;
  private long bytes;
  private long batches;
  private long bad;
  private long dropped;

  private Loader(
      Store store,
      RecordSource source,
      LoadSettings settings,
      BadLines badLines,
      Listener listener) {
    this.store = store;
    this.source = source;
    this.settings = settings;
    this.badLines = badLines;
    this.listener = listener;
  }

  /** A loader from an open input into an open store. */
  public static Loader of(
      Store store, LineInput input, LoadSettings settings, BadLines badLines, Listener listener) {
    return new Loader(store, input.source(), settings, badLines, listener);
  }

  /** Loads until the input ends, or until a bad line stops it. */
  public void run() throws IOException {
    while (!stopped && readLine()) {
      if (batchLines >= settings.batchLines() || batchBytes >= LoadSettings.BATCH_BYTES) {
        finishBatch();
      }
    }
    finishBatch();
    restore(source.trees());
    restore(source.multiTrees());
  }

  /** Makes the trees without entries, too. */
  private void restore(List<String> names) throws BadInputException {
    for (String tree : names) {
      try {
        treeOf(tree);
      } catch (BadLineException e) {
        throw new BadInputException(1, "a tree that cannot be: " + e.getMessage());
      }
    }
  }

  private boolean readLine() throws IOException {
    try {
      if (!source.next()) {
        return false;
      }
      batchLines++;
      Target tree = treeOf(source.tree());
      if (tree != null && !batchIsBad) {
        byte[] key = source.key();
        byte[] value = source.value();
        put(tree, key, value);
        batchBytes += key.length + value.length;
      }
    } catch (BadLineException e) {
      bad++;
      batchLines++;
      batchIsBad = true;
      stopped = settings.onError() == OnError.STOP;
      badLines.accept(source.line(), String.valueOf(e.getMessage()));
    }
    return true;
  }

  private void put(Target tree, byte[] key, byte[] value) throws BadLineException {
    try {
      tree.put(batch, key, value);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()), e);
    }
  }

  private void finishBatch() {
    if (batchIsBad) {
      dropped += batchLines;
    } else if (!batch.isEmpty()) {
      store.write(batch, settings.durability());
      entries += batch.count();
      bytes += batchBytes;
      batches++;
    }
    batch.clear();
    batchLines = 0;
    batchBytes = 0;
    batchIsBad = false;
    listener.batchDone(entries);
  }

  /** The tree of a record, or null if that tree is not loaded. */
  private @Nullable Target treeOf(@Nullable String named) throws BadLineException {
    String wanted = settings.tree();
    if (named != null && wanted != null && !named.equals(wanted)) {
      return null;
    }
    String name = named != null ? named : wanted;
    if (name == null) {
      throw new IllegalArgumentException("tree=null");
    }
    try {
      return trees.computeIfAbsent(name, this::target);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(String.valueOf(e.getMessage()), e);
    }
  }

  private Target target(String name) {
    boolean isMulti =
        source.multiTrees().contains(name)
            || (!source.trees().contains(name) && store.isMultiTree(name));
    if (isMulti) {
      MultiTree multi = store.multiTree(name);
      return (to, key, value) -> to.add(multi, key, value);
    }
    Tree plain = store.tree(name);
    return (to, key, value) -> to.put(plain, key, value);
  }

  /** The result so far. */
  public LoadReport report() {
    return new LoadReport(
        source.line(), entries, bytes, batches, bad, dropped - bad, System.nanoTime() - started);
  }
}
