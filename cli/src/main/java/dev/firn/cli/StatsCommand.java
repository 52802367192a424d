package dev.firn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.firn.RecoveryReport;
import dev.firn.RecoveryReport.TornTail;
import dev.firn.Store;
import dev.firn.StoreStats;
import dev.firn.cli.console.Console;
import dev.firn.cli.console.ExitCode;
import dev.firn.cli.console.Output;
import dev.firn.cli.console.Quantity;
import dev.firn.cli.text.JsonText;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code firn stats}: prints what a store holds. */
@Command(
    name = "stats",
    header = "Prints what the store holds and how.",
    customSynopsis = "firn stats STORE [--json]",
    description = {
      "Entries are counted as they are stored: older values and deletions that no compaction has"
          + " dropped yet count too. 'firn scan --count' counts keys."
    },
    footer = {
      "Examples:",
      "  firn stats data/world",
      "  firn stats data/world --json | jq .tableBytes"
    })
final class StatsCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private StoreArgument store = new StoreArgument();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  StatsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    try (Store open = store.openExisting()) {
      if (json) {
        printJson(open.stats(), open.recovery());
      } else {
        printRows(open.stats(), open.recovery());
        printLevels(open.stats());
      }
    }
    return ExitCode.OK;
  }

  private void printRows(StoreStats stats, RecoveryReport recovery) {
    new Rows()
        .add("trees", Quantity.count(stats.trees()))
        .add("writes ever made", Quantity.count(stats.lastSequence()))
        .add("entries in tables", Quantity.count(stats.tables().entries()))
        .add("entries in memory", Quantity.count(stats.memory().memTableEntries()))
        .add("range tombstones", Quantity.count(stats.tables().rangeTombstones()))
        .add("entries that expire", expiring(stats.expiring()))
        .add("tables", Quantity.bytes(stats.tables().bytes()))
        .add("value files", values(stats.values()))
        .add("journal", Quantity.bytes(stats.journal().fileBytes()))
        .add("memory for new entries", Quantity.bytes(stats.memory().memTableBytes()))
        .add("opened in", Quantity.duration(recovery.duration()))
        .add(
            "journal read back",
            Quantity.count(recovery.records(), "batch", "batches")
                + ", "
                + Quantity.count(recovery.entries(), "entry", "entries"))
        .add("journal's torn tail", tail(recovery))
        .print(console.out());
  }

  private static String values(StoreStats.Values values) {
    return values.files() == 0
        ? "none"
        : Quantity.count(values.files())
            + ", "
            + Quantity.bytes(values.liveBytes())
            + " of "
            + Quantity.bytes(values.fileBytes())
            + " live";
  }

  private static String expiring(StoreStats.Expiring expiring) {
    return Quantity.count(expiring.entries())
        + " in tables, "
        + Quantity.count(expiring.removed())
        + " removed";
  }

  private static String tail(RecoveryReport recovery) {
    TornTail torn = recovery.tornTail();
    return torn == null
        ? "none"
        : Quantity.bytes(torn.droppedBytes()) + " dropped at " + torn.file() + ":" + torn.offset();
  }

  private void printLevels(StoreStats stats) {
    if (stats.tables().levels().isEmpty()) {
      return;
    }
    Output out = console.out();
    out.line("");
    out.line("%-6s%6s%8s%12s%16s", "level", "runs", "tables", "size", "entries");
    for (StoreStats.Level level : stats.tables().levels()) {
      out.line(
          "%-6d%6d%8d%12s%16s",
          level.level(),
          level.runs(),
          level.tables(),
          Quantity.bytes(level.bytes()),
          Quantity.count(level.entries()));
    }
  }

  private void printJson(StoreStats stats, RecoveryReport recovery) throws IOException {
    try (JsonGenerator g = JsonText.FACTORY.createGenerator(console.out())) {
      g.writeStartObject();
      g.writeNumberField("trees", stats.trees());
      g.writeNumberField("lastSequence", stats.lastSequence());
      g.writeNumberField("memTableEntries", stats.memory().memTableEntries());
      g.writeNumberField("memTableBytes", stats.memory().memTableBytes());
      g.writeNumberField("rangeTombstones", stats.tables().rangeTombstones());
      g.writeNumberField("expiringEntries", stats.expiring().entries());
      g.writeNumberField("expiredEntriesRemoved", stats.expiring().removed());
      g.writeNumberField("tableBytes", stats.tables().bytes());
      g.writeNumberField("valueFileBytes", stats.values().fileBytes());
      g.writeNumberField("valueFileLiveBytes", stats.values().liveBytes());
      g.writeNumberField("journalBytes", stats.journal().fileBytes());
      g.writeArrayFieldStart("levels");
      for (StoreStats.Level level : stats.tables().levels()) {
        g.writeStartObject();
        g.writeNumberField("level", level.level());
        g.writeNumberField("runs", level.runs());
        g.writeNumberField("tables", level.tables());
        g.writeNumberField("bytes", level.bytes());
        g.writeNumberField("entries", level.entries());
        g.writeEndObject();
      }
      g.writeEndArray();
      g.writeObjectFieldStart("recovery");
      TornTail torn = recovery.tornTail();
      g.writeNumberField("journals", recovery.segments());
      g.writeNumberField("records", recovery.records());
      g.writeNumberField("entries", recovery.entries());
      g.writeNumberField("droppedRecords", torn == null ? 0 : torn.droppedRecords());
      g.writeNumberField("droppedBytes", torn == null ? 0 : torn.droppedBytes());
      g.writeNumberField("micros", recovery.duration().toNanos() / 1000);
      g.writeEndObject();
      g.writeEndObject();
    }
    console.out().write('\n');
  }
}
