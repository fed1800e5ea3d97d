/** Opens what a command is given and says what is known about it beside the checkpoint. */
package org.ckimg.tools.input;
