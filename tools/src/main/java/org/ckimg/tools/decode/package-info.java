/** What the raw bytes of the model mean; shared by the text views and the JSON documents. */
package org.ckimg.tools.decode;
