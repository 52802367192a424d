package dev.firn;

import dev.firn.core.StoreKey;
import dev.firn.engine.Conflict;
import dev.firn.engine.Engine;
import dev.firn.error.ConflictException;
import dev.firn.transaction.OpenTransaction;
import dev.firn.wal.RecordBuilder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of one or more trees that take effect together, when it commits, or not at all.
 *
 * <pre>{@code
 * try (Transaction transaction = store.begin()) {
 *   long balance = number(transaction.getForUpdate(accounts, from));
 *   transaction.put(accounts, from, bytes(balance - amount));
 *   transaction.put(transfers, id, description);
 *   transaction.commit();
 * }
 * }</pre>
 *
 * <p>It reads what was committed when it began, and its own writes. Others see its writes when
 * {@link #commit} has returned. It neither blocks nor waits for others before it commits, except an
 * {@linkplain Store#beginExclusive exclusive} one. {@link Isolation} says what it is protected
 * from; {@link Store#update} tries again after a conflict.
 *
 * <p><b>Cursors.</b> A cursor of {@link #in} sees the transaction's writes up to the moment in
 * which it was made or reset; later ones do not appear, nor does a rollback to a savepoint take
 * anything away from it. It can be used until it is closed, also when the transaction has ended.
 *
 * <p><b>Bounds.</b> An open transaction keeps what it reads from being dropped, as a {@link
 * Snapshot} does. It ends after {@link StoreOptions.Builder#maxTransactionAge}. Its writes are at
 * most {@link WriteBatch#MAX_BYTES}, in memory outside the heap.
 *
 * <p><b>Keys and values.</b> As {@link KeyReader} describes them; they are copied before a call
 * returns.
 *
 * <p><b>Threading.</b> Belongs to one thread at a time, as its cursors and readers do.
 *
 * <p><b>Errors.</b> Those of {@link WriteBatch} and {@link KeyReader}; {@link
 * IllegalStateException} after it has ended, with the reason. A write that throws leaves the
 * transaction as it was.
 */
public final class Transaction implements AutoCloseable {

  private final Engine engine;
  private final OpenTransaction machine;
  private final List<Tree> trees = new ArrayList<>(1);
  private final List<Savepoint> savepoints = new ArrayList<>(0);

  Transaction(Engine engine, OpenTransaction machine) {
    this.engine = engine;
    this.machine = machine;
  }

  /**
   * Returns a reader of a tree as this transaction sees it. The reader is small and holds nothing:
   * make one for a call, or keep it as long as the transaction is open.
   *
   * @throws IllegalArgumentException when the tree belongs to another store
   */
  public KeyReader in(Tree tree) {
    return new TransactionReader(tree, this);
  }

  /**
   * Returns a copy of a key's value, or null when the key has none, and requires the key to be
   * unchanged: {@link #commit} is refused if another writes it, although this transaction does not.
   */
  public byte @Nullable [] getForUpdate(Tree tree, byte[] key) {
    use(tree);
    machine.lock(tree.search(key));
    return machine.get(tree.search(key));
  }

  /** As {@link #getForUpdate(Tree, byte[])}. */
  public byte @Nullable [] getForUpdate(Tree tree, MemorySegment key) {
    use(tree);
    machine.lock(tree.search(key));
    return machine.get(tree.search(key));
  }

  /** Sets the value of a key. */
  public void put(Tree tree, byte[] key, byte[] value) {
    Tree.checkKey(key);
    Objects.requireNonNull(value, "value");
    tree.add(record(tree), key, value, tree.defaultExpiry());
  }

  /** Sets the value of a key. */
  public void put(Tree tree, MemorySegment key, MemorySegment value) {
    Tree.checkKey(key);
    Tree.checkValue(value);
    tree.add(record(tree), key, value, tree.defaultExpiry());
  }

  /**
   * Sets the value of a key for some time, which begins with this call, see {@link Tree#put(byte[],
   * byte[], Duration, Durability)}.
   */
  public void put(Tree tree, byte[] key, byte[] value, Duration timeToLive) {
    Tree.checkKey(key);
    Objects.requireNonNull(value, "value");
    tree.add(record(tree), key, value, tree.expiry(timeToLive));
  }

  /** As {@link #put(Tree, byte[], byte[], Duration)}. */
  public void put(Tree tree, MemorySegment key, MemorySegment value, Duration timeToLive) {
    Tree.checkKey(key);
    Tree.checkValue(value);
    tree.add(record(tree), key, value, tree.expiry(timeToLive));
  }

  /**
   * Changes the value of a key by an operand of the tree's {@link MergeOperator}. Unlike that of
   * {@link Tree#merge}, the operator is applied here: it is a read and a write of the key, so that
   * another write of the key is a conflict.
   *
   * @throws IllegalStateException when the tree has no merge operator
   * @throws dev.firn.error.MergeException when the operator fails
   */
  public void merge(Tree tree, byte[] key, byte[] operand) {
    Tree.checkKey(key);
    Objects.requireNonNull(operand, "operand");
    use(tree);
    byte[] merged = tree.merged(key, machine.get(tree.search(key)), operand);
    put(tree, key, merged);
  }

  /** Deletes a key, whether it has a value or not. */
  public void delete(Tree tree, byte[] key) {
    Tree.checkKey(key);
    record(tree).delete(tree.id(), key);
  }

  /** Deletes a key, whether it has a value or not. */
  public void delete(Tree tree, MemorySegment key) {
    Tree.checkKey(key);
    record(tree).delete(tree.id(), key, 0, (int) key.byteSize());
  }

  /**
   * Deletes the keys of a range, whether they have values or not. It is a write to all of them: a
   * key that another writes in the range is a conflict.
   */
  public void deleteRange(Tree tree, KeyRange range) {
    Objects.requireNonNull(range, "range");
    RecordBuilder record = record(tree);
    byte[] from = range.firstUserKey();
    byte[] end = range.storeEnd(tree.id());
    if (KeyRange.isBefore(tree.id(), from, end)) {
      record.deleteRange(tree.id(), from, end);
    }
  }

  /**
   * Returns a reader of a multi tree as this transaction sees it, as {@link #in(Tree)} does.
   *
   * @throws IllegalArgumentException when the tree belongs to another store
   */
  public MultiReader in(MultiTree tree) {
    return new MultiSnapshotReader(tree.tree(), in(tree.tree()));
  }

  /** Adds a value to a key of a multi tree. */
  public void add(MultiTree tree, byte[] key, byte[] value) {
    put(tree.tree(), tree.pair(key, value), MultiTree.NO_VALUE);
  }

  /** Adds a value to a key of a multi tree. */
  public void add(MultiTree tree, MemorySegment key, MemorySegment value) {
    put(tree.tree(), tree.pair(key, value), MultiTree.NO_VALUE);
  }

  /** Removes a value from a key of a multi tree, whether the key has it or not. */
  public void remove(MultiTree tree, byte[] key, byte[] value) {
    delete(tree.tree(), tree.pair(key, value));
  }

  /** Removes a value from a key of a multi tree, whether the key has it or not. */
  public void remove(MultiTree tree, MemorySegment key, MemorySegment value) {
    delete(tree.tree(), tree.pair(key, value));
  }

  /** Removes all values of a key of a multi tree, as {@link #deleteRange} does. */
  public void removeAll(MultiTree tree, byte[] key) {
    deleteRange(tree.tree(), PairRange.ofKey(key));
  }

  /** Removes all values of the keys of a range from a multi tree, as {@link #deleteRange} does. */
  public void removeAll(MultiTree tree, KeyRange keys) {
    deleteRange(tree.tree(), PairRange.ofKeys(keys));
  }

  /** Returns a place to which {@link #rollbackTo} can go back, as deep as you like. */
  public Savepoint savepoint() {
    Savepoint made = new Savepoint(this, machine.mark(), savepoints.size());
    savepoints.add(made);
    return made;
  }

  /**
   * Takes back the writes after a savepoint, and the savepoints after it; it can be rolled back to
   * again. What was read since still counts as read.
   *
   * @throws IllegalArgumentException when the savepoint is of another transaction, or was taken
   *     back itself
   */
  public void rollbackTo(Savepoint savepoint) {
    int depth = savepoint.depth();
    if (savepoint.transaction() != this
        || depth >= savepoints.size()
        || savepoints.get(depth) != savepoint) {
      throw new IllegalArgumentException(
          savepoint + ": is not a savepoint of this transaction that was not taken back");
    }
    machine.cut(savepoint.mark());
    savepoints.subList(depth + 1, savepoints.size()).clear();
  }

  /** Commits with {@link Durability#BUFFERED}. */
  public void commit() {
    commit(Durability.BUFFERED);
  }

  /**
   * Makes the writes visible to all, at once; returns when that is done. Without writes there is
   * nothing to do, and no conflict. The transaction has ended then, also if this throws.
   *
   * @throws ConflictException when another has changed what this transaction depends on; nothing
   *     was written
   * @throws IllegalStateException when it has ended before, or a tree that it wrote was dropped
   * @throws dev.firn.error.DiskFullException when there is no room for another journal segment;
   *     nothing was written
   * @throws dev.firn.error.StoreFailedException when the store has failed; if a sync failed, the
   *     writes may be there after the next opening
   */
  public void commit(Durability durability) {
    boolean synced = Durability.isSynced(durability);
    machine.checkOpen();
    for (int i = 0; i < trees.size(); i++) {
      trees.get(i).checkUsable();
    }
    Conflict found = machine.commit(synced);
    if (found != null) {
      throw conflict(found);
    }
  }

  private ConflictException conflict(Conflict found) {
    byte[] key = found.storeKey();
    int id = ByteBuffer.wrap(key).getInt();
    String name = "?";
    for (Tree tree : trees) {
      name = tree.id() == id ? tree.name() : name;
    }
    return new ConflictException(name, Arrays.copyOfRange(key, StoreKey.TREE_BYTES, key.length));
  }

  /** Ends the transaction without a trace, if it has not ended. */
  public void rollback() {
    machine.rollback();
  }

  /** Ends the transaction without a trace, if it was not committed. Idempotent. */
  @Override
  public void close() {
    machine.rollback();
  }

  /** Returns whether it has neither been committed nor ended otherwise. */
  public boolean isOpen() {
    return machine.isOpen();
  }

  /** Returns the sequence of the newest entry of others that it sees, see {@link Snapshot}. */
  public long sequence() {
    return machine.sequence();
  }

  /** Returns the count of writes. */
  public int count() {
    return machine.mark().count();
  }

  /** Returns the size that the writes will have in the journal, in bytes. */
  public long sizeBytes() {
    return machine.mark().end();
  }

  @Override
  public String toString() {
    return "Transaction[" + machine + "]";
  }

  OpenTransaction machine() {
    return machine;
  }

  /** Notes a tree, which must be one of the store. */
  void use(Tree tree) {
    Tree last = trees.isEmpty() ? null : trees.getLast();
    if (tree != last && !trees.contains(tree)) {
      if (tree.engine() != engine) {
        throw new IllegalArgumentException("tree=" + tree.name() + ": belongs to another store");
      }
      tree.checkUsable();
      trees.add(tree);
    }
  }

  private RecordBuilder record(Tree tree) {
    use(tree);
    return machine.record();
  }
}
