/** The frame of an image: bytes, checksums, header, footer, directory, section heads. */
package org.ckimg.reader.internal.file;
