package org.ckimg.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page in headless Chromium, driven over its DevTools protocol on loopback. What the page asked
 * the network for, and what it complained of, is kept.
 */
final class Browser implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int WIDTH = 1200;

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private volatile boolean loaded;
  private WebSocket socket;
  private String session;

  private Browser(Process process) {
    this.process = process;
  }

  /** Opens a file. */
  static Browser open(Path page) throws Exception {
    Path program = Requirements.program("chromium");
    Path profile = Stage.folder("chromium");
    List<String> command =
        List.of(
            program.toString(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--window-size=" + WIDTH + ",900",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(profile.resolve("err").toFile());
    builder.environment().put("HOME", profile.toString());
    Browser browser = new Browser(builder.start());
    try {
      browser.connect(profile);
      browser.load(page);
      return browser;
    } catch (Exception | Error e) {
      browser.close();
      throw e;
    }
  }

  private void connect(Path profile) throws Exception {
    Path port = profile.resolve("DevToolsActivePort");
    Await.until(
        () -> "the port of Chromium: " + err(profile),
        () -> Files.exists(port) && Files.readAllLines(port).size() >= 2);
    List<String> lines = Files.readAllLines(port);
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), new Listener())
            .get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    String target =
        call("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
    session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
  }

  private static String err(Path profile) {
    try {
      return Files.readString(profile.resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void load(Path page) throws Exception {
    loaded = false;
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    Await.until(() -> "the page is loaded: " + complaints, () -> loaded);
  }

  /** Takes what Chromium sends, in pieces. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence piece, boolean last) {
      message.append(piece);
      if (last) {
        take(message.toString());
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(String text) {
    JsonNode message = parse(text);
    if (message.has("id")) {
      waiting.remove(message.get("id").asInt()).complete(message);
      return;
    }
    JsonNode parameters = message.get("params");
    switch (message.path("method").asText()) {
      case "Page.loadEventFired" -> loaded = true;
      case "Network.requestWillBeSent" -> requests.add(parameters.at("/request/url").asText());
      case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded" ->
          complaints.add(parameters.toString());
      default -> {}
    }
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    int id = calls.incrementAndGet();
    ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
    message.set("params", MAPPER.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.sendText(message.toString(), true).get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    JsonNode result = answer.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new AssertionError(method + ": " + result.get("error"));
    }
    return result.get("result");
  }

  /** The value of an expression of the page. */
  JsonNode value(String expression) throws Exception {
    JsonNode result =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
    }
    return result.at("/result/value");
  }

  /** The number of elements of a selector that can be seen. */
  int visible(String selector) throws Exception {
    String count = "[...document.querySelectorAll(%s)].filter(e => e.checkVisibility()).length";
    return value(count.formatted(MAPPER.writeValueAsString(selector))).asInt();
  }

  /** Presses keys as a person does: letters, or the name of one key such as Tab. */
  void type(String... keys) throws Exception {
    for (String key : keys) {
      Map<String, Object> down =
          key.length() == 1
              ? Map.of("type", "keyDown", "key", key, "text", key)
              : key.equals("Enter")
                  ? Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", 13, "text", "\r")
                  : Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", 9);
      call("Input.dispatchKeyEvent", down);
      call("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }
  }

  /** Says which colours the person likes: light or dark. */
  void prefer(String scheme) throws Exception {
    call(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Shows the page as on this medium, such as {@code print}. */
  void show(String medium) throws Exception {
    call("Emulation.setEmulatedMedia", Map.of("media", medium));
  }

  /** What a printer gets. */
  byte[] print() throws Exception {
    JsonNode result = call("Page.printToPDF", Map.of("printBackground", true));
    return Base64.getDecoder().decode(result.get("data").asText());
  }

  /** The part of the page that is seen, as a PNG file; for people, in {@code target/screens}. */
  void picture(String name) throws Exception {
    JsonNode result = call("Page.captureScreenshot", Map.of("format", "png"));
    Path folder = Files.createDirectories(Stage.checkout().resolve("e2e/target/screens"));
    Files.write(
        folder.resolve(name + ".png"), Base64.getDecoder().decode(result.get("data").asText()));
  }

  /** The role and the name of every node that a screen reader tells of. */
  List<String> spoken() throws Exception {
    List<String> spoken = new ArrayList<>();
    for (JsonNode node : call("Accessibility.getFullAXTree", Map.of()).get("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        spoken.add(node.at("/role/value").asText() + ": " + node.at("/name/value").asText());
      }
    }
    return spoken;
  }

  /** Addresses that the page asked for. */
  List<String> requests() {
    return requests;
  }

  /** Errors and messages of the page, also of its content security policy. */
  List<String> complaints() {
    return complaints;
  }

  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    client.shutdownNow();
    try {
      if (!process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("Chromium does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
