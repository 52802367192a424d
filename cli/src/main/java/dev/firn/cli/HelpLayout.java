package dev.firn.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The layout of help texts: commands in groups by purpose, exit codes on few lines. */
final class HelpLayout {

  /** A purpose and its commands. */
  private record Group(String title, List<String> commands) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group("Look around", List.of("demo", "bench")),
          new Group("Write", List.of("put", "delete", "load")),
          new Group("Read", List.of("get", "scan", "dump")),
          new Group(
              "Look after a store", List.of("trees", "stats", "verify", "compact", "journal")));

  private static final String EXIT_CODES =
      """

      Exit codes: 0 done, 1 not there, 2 wrong usage, 3 damaged, 4 cannot be opened, 5 bad input,
        6 other failures; 'firn --help' says more.
      """;

  private HelpLayout() {}

  /** Sets this layout for the top command and all others. */
  static void apply(CommandLine firn) {
    firn.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpLayout::groups);
    firn.getSubcommands().values().forEach(HelpLayout::applyToCommand);
  }

  private static void applyToCommand(CommandLine command) {
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING, help -> EXIT_CODES);
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST, help -> "");
    command.getSubcommands().values().forEach(HelpLayout::applyToCommand);
  }

  private static String groups(Help help) {
    StringBuilder text = new StringBuilder();
    Map<String, Help> commands = help.allSubcommands();
    for (Group group : GROUPS) {
      text.append("  ").append(group.title).append(System.lineSeparator());
      for (String name : group.commands) {
        Help command = commands.get(name);
        if (command == null) {
          throw new AssertionError("no command " + name);
        }
        String[] header = command.commandSpec().usageMessage().header();
        text.append(String.format("    %-9s%s%n", name, String.join(" ", header)));
      }
    }
    return text.toString();
  }
}
