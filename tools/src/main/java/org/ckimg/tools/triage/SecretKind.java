package org.ckimg.tools.triage;

import java.util.regex.Pattern;

/**
 * Keys and tokens that can be told from other bytes by their form. Each is tried where its first
 * letters are, and only where no longer word contains it.
 */
enum SecretKind {
  PRIVATE_KEY(
      "a private key (PEM)",
      "-----BEGIN ",
      "-----BEGIN ((RSA|EC|DSA|OPENSSH|ENCRYPTED) )?PRIVATE KEY-----\\r?\\n"
          + "([A-Za-z-]{1,32}: [^\\r\\n]{0,128}\\r?\\n){0,8}(\\r?\\n)?[A-Za-z0-9+/=\\r\\n]{64,4000}+"),
  PGP_KEY(
      "a private key (PGP)",
      "-----BEGIN PGP PRIVATE",
      "-----BEGIN PGP PRIVATE KEY BLOCK-----\\r?\\n[\\r\\n -~]{64,4000}+"),
  AWS_LONG(
      "an access key id of AWS", "AKIA", "(?<![A-Za-z0-9+/])AKIA[A-Z2-7]{16}(?![A-Za-z0-9+/])"),
  AWS_SHORT(
      "a temporary access key id of AWS",
      "ASIA",
      "(?<![A-Za-z0-9+/])ASIA[A-Z2-7]{16}(?![A-Za-z0-9+/])"),
  GOOGLE("a key of Google's APIs", "AIza", "(?<![\\w-])AIza[\\w-]{35}(?![\\w-])"),
  AZURE(
      "a storage key of Azure", "AccountKey=", "AccountKey=[A-Za-z0-9+/]{86}==(?![A-Za-z0-9+/=])"),
  GITHUB("a token of GitHub", "gh", "(?<!\\w)gh[pousr]_[A-Za-z0-9]{36}(?!\\w)"),
  GITHUB_FINE("a token of GitHub", "github_pat_", "(?<!\\w)github_pat_\\w{82}(?!\\w)"),
  SLACK("a token of Slack", "xox", "(?<![\\w-])xox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{16,200}+"),
  STRIPE("a live key of Stripe", "sk_live_", "(?<!\\w)sk_live_[A-Za-z0-9]{24,99}(?!\\w)"),
  JWT(
      "a JSON web token",
      "eyJ",
      "(?<![\\w-])eyJ[\\w-]{8,1200}+[.]eyJ[\\w-]{8,2400}+[.][\\w-]{16,800}+");

  private final String what;
  private final String letters;
  private final Pattern pattern;

  SecretKind(String what, String letters, String pattern) {
    this.what = what;
    this.letters = letters;
    this.pattern = Pattern.compile(pattern);
  }

  /** Such as {@code a private key (PEM)}. */
  String what() {
    return what;
  }

  /** What all of them begin with. */
  String letters() {
    return letters;
  }

  Pattern pattern() {
    return pattern;
  }

  /** What this is; the longest beginning counts. */
  static SecretKind of(String text) {
    SecretKind best = null;
    for (SecretKind kind : values()) {
      boolean longer = best == null || kind.letters.length() > best.letters.length();
      if (text.startsWith(kind.letters) && longer) {
        best = kind;
      }
    }
    return best;
  }
}
