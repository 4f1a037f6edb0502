"""Group chats: messages cut to size, and the robots that post them."""
