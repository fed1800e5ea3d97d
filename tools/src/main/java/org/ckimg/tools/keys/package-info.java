/** Ed25519 keys in PEM files, as OpenSSL writes and reads them. */
package org.ckimg.tools.keys;
