#t #f #true #false #T #FALSE
-----
0 -7 +12 123456789012345678901234567890 1/2 -6/4 #xFF #b101 #o17 #e1.5 #i3/4 #x#e1A
-----
1. .5 -.5 1e3 1.5e-10 1e21 1e22 100000000000000000000.0 -0.0 +inf.0 -inf.0 +nan.0 -nan.0
-----
+i -i 1+2i 1.5-0.5i +inf.0+nan.0i 1@0 1/2+3/4i #e1@0
-----
foo Foo FOO λ straße call/cc list->string <=? ! $ % & * / : ^ _ ~
-----
+ - ... .. 1+ -1+ -> ->x +a -a .a +.a -.a +@ 1.2.3 10.0.0.1 1/2/3 +5x
-----
@1.0 name: github.com/fred/hello@1.0#hi a#b ##core
-----
|foo bar| || |a\x41;b| |a\|b| |a\nb| |(| |1| |.| |#foo| |hello| |a
b|
-----
#\a #\A #\( #\) #\; #\" #\' #\space #\newline #\tab #\nul #\null #\alarm #\backspace
#\delete #\escape #\return #\x41 #\x #\x0 #\x3bb #\λ #\漢 #\x1F600 #\| #\# #\\
-----
#\  #\a)
-----
"" "plain" "a\tb\n\r\a\b" "\"\\\|" "\x41;\x3bb;" "λ漢😀"
-----
"one \
   line" "two
lines" "tr\     
	ailing"
-----
#!eof #!void #!default #!optional #!key #!rest
-----
#u8() #u8(0 127 255) #U8(1) #u8(#xff #;1 2)
-----
'a `(b ,c ,@d) '() ''e ' f , @g
-----
a;comment
b #| block #| nested |# still |# c #;d e #;(f #;g h) i
-----
#;#;a b c (#;a) (a #;b) (#;a b #;c . #;d e #;f) '#;a b
