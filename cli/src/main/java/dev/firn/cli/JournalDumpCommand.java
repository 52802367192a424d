package dev.firn.cli;

import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Failure;
import dev.firn.cli.journal.JournalDump;
import dev.firn.core.file.RealFileSystem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn journal dump}: prints the journal byte for byte. */
@Command(
    name = "dump",
    header = "Prints the journal as annotated hexadecimal.",
    customSynopsis = "firn journal dump STORE [options]",
    description = {
      "Prints the headers of the segments, the records (one for each batch) and their entries. A"
          + " store that a process has open is refused.",
      "Changes nothing, and works for a store that does not open. Damaged records are flagged with"
          + " offset and reason, and the exit code is 3."
    },
    footer = {
      "Examples:",
      "  firn journal dump data/app --limit 3",
      "  firn journal dump data/app --segment 7 --bytes 1000000 | less"
    })
final class JournalDumpCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  @Option(
      names = "--segment",
      paramLabel = "N",
      description = "Only the segment with this number; may be given more than once.")
  private List<Long> segments = new ArrayList<>();

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "Print this many records at most.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      defaultValue = "64",
      description = "Print this much of a key or value; ${DEFAULT-VALUE} bytes unless given.")
  private int bytes;

  JournalDumpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    store.requireStore();
    JournalDump dump =
        new JournalDump(new RealFileSystem(), store.directory(), console.out(), limit, bytes);
    List<Long> there = dump.segments();
    for (long segment : segments) {
      if (!there.contains(segment)) {
        throw new Failure(
            ExitCode.ABSENT,
            store.directory() + ": no segment " + segment + "; there are " + there);
      }
    }
    long problems = dump.print(segments.isEmpty() ? there : segments);
    return problems == 0 ? ExitCode.OK : ExitCode.DAMAGED;
  }
}
