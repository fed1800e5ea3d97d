package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.cli.AddressRange;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ExitCode;
import org.ckimg.tools.cli.HasSubject;
import org.ckimg.tools.cli.JsonOption;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.json.ReadJson;
import org.ckimg.tools.mem.MemoryRead;
import org.ckimg.tools.symbols.Symbolizer;
import org.ckimg.tools.symbols.Symbols;
import org.ckimg.tools.text.ReadText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ckimg mem IMAGE read}. */
@Command(name = "read", description = "Show the bytes at an address.")
final class MemReadCommand implements Callable<Integer>, HasSubject {
  private final Console console;
  private final MemCommand mem;
  @Mixin private JsonOption json;

  @Parameters(
      paramLabel = "ADDR[:LEN]",
      description =
          "An address in hex, or a mapping and an offset as other commands print them, such as"
              + " libc.so.6+0x1d3000, or [MODULE!]SYMBOL[+OFFSET]; and how many bytes: decimal, or hex behind 0x (default: 256, at"
              + " most 1 MiB).")
  private String range;

  MemReadCommand(Console console, MemCommand mem) {
    this.console = console;
    this.mem = mem;
  }

  @Override
  public Optional<String> subject() {
    return mem.subject();
  }

  @Override
  public Integer call() throws IOException {
    try (OpenImage open = mem.open()) {
      ProcessState process = mem.process(open.subject());
      Mappings mappings = new Mappings(open.subject().checkpoint(), process);
      AddressRange wanted;
      try (Symbolizer symbolizer = Symbolizer.of(open.subject())) {
        Symbols symbols = symbolizer.symbols(process);
        wanted = AddressRange.parse(range, mappings::address, symbols::address);
      }
      List<MemoryRead> pieces =
          MemoryRead.of(open.subject().checkpoint(), process, wanted.address(), wanted.length());
      if (json.isSet()) {
        ReadJson.write(process, pieces, console.out());
      } else {
        ReadText.print(pieces, console.paper());
      }
    }
    return ExitCode.OK.number();
  }
}
