package dev.firn.test.fuzz;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One thing that reads bytes somebody else wrote.
 *
 * @param name a word for files and the command line
 * @param seeds makes inputs to begin with, from real stores
 * @param body reads one input; whatever it throws is a finding
 */
record FuzzTarget(String name, Supplier<List<byte[]>> seeds, Consumer<byte[]> body) {

  /** Reads one input. */
  void run(byte[] input) {
    body.accept(input);
  }
}
