import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat whose servlets say which of them a request was routed to. */
public class TomcatApp {
    static class Echo extends HttpServlet {
        private final String name;

        Echo(String name) {
            this.name = name;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            StringBuilder text = new StringBuilder("path=" + name + "\nscript=\nmethod=" + request.getMethod());
            for (String header : java.util.Collections.list(request.getHeaderNames())) {
                String read = header.toUpperCase().replaceAll("[^A-Z0-9]", "_");
                text.append("\nHTTP_").append(read).append('=').append(request.getHeader(header));
            }
            response.setContentType("text/plain");
            response.getWriter().print(text);
        }
    }

    public static void main(String[] arguments) throws Exception {
        File folder = Files.createTempDirectory("tomcat").toFile();
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.getPath());
        tomcat.setPort(Integer.parseInt(arguments[0]));
        // The most lenient settings that an operator may choose.
        tomcat.getConnector().setProperty("relaxedPathChars", "\\|<>[]^`{}\"");
        tomcat.getConnector().setEncodedSolidusHandling("decode");
        tomcat.getConnector().setAllowBackslash(true);
        Context context = tomcat.addContext("", folder.getPath());
        Tomcat.addServlet(context, "admin", new Echo("/admin"));
        context.addServletMappingDecoded("/admin", "admin");
        context.addServletMappingDecoded("/admin/*", "admin");
        Tomcat.addServlet(context, "other", new Echo("/other"));
        context.addServletMappingDecoded("/", "other");
        tomcat.start();
        tomcat.getServer().await();
    }
}
