#!/usr/bin/env termite
(display "hi")
-----
#! nix shell
a
-----
 #!/not-first
-----
a
#!/not-first
-----
#!/only
-----
#!eof
